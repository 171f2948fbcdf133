import GroundworkCore
import GroundworkHTTP
import GroundworkTesting
import HTTPTypes
import Testing

@testable import S3Compat

/// Answers to ranges that are not as RFC 9110 has them: an object is never cut short in silence.
@Suite struct RangeAnswerTests {
    typealias Answer = ScriptedStore.Answer

    private let text = String(repeating: "abcdefghij", count: 30)

    /// An answer of status 200 with 100 of the 300 bytes.
    private func part(_ index: Int, tellsRange: Bool = true) -> Answer {
        let (first, last) = (100 * index, 100 * index + 99)
        var fields = head(size: 100)
        if tellsRange { fields[.contentRange] = "bytes \(first)-\(last)/300" }
        return Answer(200, fields, String(text.dropFirst(first).prefix(100)))
    }

    private func head(size: Int) -> HTTPFields {
        [.contentLength: String(size), .eTag: "\"e\""]
    }

    private func bucket(_ answers: [Answer]) throws -> (bucket: S3Bucket, store: ScriptedStore) {
        try ScriptedStore.bucket(answers) { configuration in
            configuration.transfer.partSize = 100
            configuration.transfer.downloadRangeSize = 100
            configuration.transfer.window = 1
        }
    }

    private func download(_ bucket: S3Bucket, headers: [String: String] = [:]) async throws -> [UInt8] {
        try await withTemporaryDirectory { folder in
            var options = S3DownloadOptions()
            options.headers = headers
            try await bucket.download("k", toFile: "\(folder)/file", options: options)
            return try OpenFile("\(folder)/file").read(1000, at: 0)
        }
    }

    @Test func contentRangeCountsWithStatus200Too() async throws {
        let answers = [part(0), part(1), part(2)]
        let (first, store) = try bucket(answers)
        #expect(try await download(first) == Array(text.utf8))
        #expect(store.requests.count == 3)
        let (second, _) = try bucket(answers)
        #expect(try await collect(second.getObjectInParallel("k").content) == Array(text.utf8))
    }

    @Test func aRangeThatNobodyNamesIsHeldAgainstTheHead() async throws {
        let (first, _) = try bucket([part(0, tellsRange: false), Answer(200, head(size: 300))])
        let error = try await s3Error { _ = try await download(first) }
        #expect(error?.code == .unexpectedResponse)
        #expect(error?.message.contains("300") ?? false)
        let (second, _) = try bucket([part(0, tellsRange: false), Answer(200, head(size: 300))])
        let other = try await s3Error { _ = try await second.getObjectInParallel("k") }
        #expect(other?.code == .unexpectedResponse)
        // A store without ranges whose object is not longer.
        let (third, store) = try bucket([part(0, tellsRange: false), Answer(200, head(size: 100))])
        #expect(try await download(third).count == 100)
        #expect(store.requests.map(\.method) == [.get, .head])
    }

    @Test func everyRangeHasTheHeadersOfTheFirst() async throws {
        let name = try #require(HTTPField.Name("x-amz-server-side-encryption-customer-algorithm"))
        let headers = [name.canonicalName: "AES256"]
        let (first, downloads) = try bucket([part(0), part(1), part(2)])
        _ = try await download(first, headers: headers)
        let (second, reads) = try bucket([part(0), part(1), part(2)])
        var options = S3GetOptions()
        options.headers = headers
        _ = try await collect(second.getObjectInParallel("k", options: options).content)
        for store in [downloads, reads] {
            #expect(store.requests.map { $0.headerFields[name] } == ["AES256", "AES256", "AES256"])
        }
    }

    @Test func refusesNegativeRanges() async throws {
        let (bucket, store) = try bucket([])
        for range: Range<Int64> in [-5..<3, .min..<0, 4..<4] {
            var options = S3GetOptions()
            options.range = range
            let error = try await s3Error { _ = try await bucket.getObjectInParallel("k", options: options) }
            #expect(error?.code == .invalidRange)
        }
        #expect(store.requests.isEmpty)
        try await withTemporaryDirectory { folder in
            try OpenFile("\(folder)/file", flags: OpenFile.writeCreate).write([1, 2, 3], at: 0)
            for offset: Int64 in [.min, -1, 4] {
                #expect(throws: HTTPTransportError.self) {
                    _ = try HTTPFileRange(path: "\(folder)/file", offset: offset)
                }
            }
        }
    }
}
