import FoundationEssentials
import GroundworkHTTP
import GroundworkTesting
import Testing

@Suite struct HTTPBodyTests {
    private static func read(_ body: HTTPBody) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in try body.chunks() { bytes += chunk }
        return bytes
    }

    private static func stream(_ chunks: [[UInt8]]) -> AsyncStream<[UInt8]> {
        AsyncStream { continuation in
            for chunk in chunks { continuation.yield(chunk) }
            continuation.finish()
        }
    }

    @Test func bytesKnowTheirLengthAndCanBeReadAgain() async throws {
        for body in [HTTPBody.text("hello"), .bytes([Array("he".utf8), [], Array("llo".utf8)])] {
            #expect(body.length == 5)
            #expect(body.isReplayable)
            for _ in 0..<2 {
                let bytes = try await Self.read(body)
                #expect(bytes == Array("hello".utf8))
            }
        }
    }

    @Test func aStreamIsReadOnce() async throws {
        let body = HTTPBody.stream(length: nil, Self.stream([[1], [2, 3]]))
        #expect(body.length == nil)
        #expect(!body.isReplayable)
        let bytes = try await Self.read(body)
        #expect(bytes == [1, 2, 3])
        let error = #expect(throws: HTTPTransportError.self) { try body.chunks() }
        #expect(error?.code == .bodyAlreadyConsumed)
    }

    @Test func aReplayableSequenceIsMadeAnew() async throws {
        let body = HTTPBody.replayable(length: 3) { Self.stream([[1], [2, 3]]) }
        #expect(body.isReplayable)
        for _ in 0..<2 {
            let bytes = try await Self.read(body)
            #expect(bytes == [1, 2, 3])
        }
    }

    @Test func aFileRangeIsReadFromItsOffset() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/file"
            let content = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 * 7 >> 3) }
            try Data(content).write(to: URL(filePath: path))
            let part = try HTTPBody.file(path, offset: 1000, length: 500_000)
            #expect(part.length == 500_000)
            for _ in 0..<2 {
                let bytes = try await Self.read(part)
                let isTheRange = bytes == Array(content[1000..<501_000])
                #expect(isTheRange)
            }
            #expect(try HTTPBody.file(path, offset: 600_000).length == 0)
            for (offset, length) in [(-1, nil), (600_001, nil), (0, 600_001), (1, Int64.max), (0, -1)]
                as [(Int64, Int64?)]
            {
                let error = #expect(throws: HTTPTransportError.self) {
                    try HTTPBody.file(path, offset: offset, length: length)
                }
                #expect(error?.code == .invalidRequest)
                #expect(error?.message.contains(path) == true)
            }
            #expect(throws: SystemCallError.self) { try HTTPBody.file("\(directory)/missing") }
        }
    }
}
