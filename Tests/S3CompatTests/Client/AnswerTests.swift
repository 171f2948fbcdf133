import FoundationEssentials
import GroundworkCore
import GroundworkHTTP
import GroundworkTesting
import HTTPTypes
import Testing

@testable import S3Compat

/// Answers that no server in these tests gives.
@Suite struct AnswerTests {
    typealias Answer = ScriptedStore.Answer

    private func failure(_ answers: [Answer], provider: S3Provider? = nil) async throws -> S3Error? {
        let (bucket, _) = try ScriptedStore.bucket(answers, provider: provider)
        return try await s3Error { _ = try await bucket.listObjects() }
    }

    private func waiting(_ seconds: Int) -> HTTPFields {
        var fields = HTTPFields()
        fields[HTTPField.Name.retryAfter] = String(seconds)
        return fields
    }

    @Test func bearsAnswersThatAreNotS3s() async throws {
        let html = "<!DOCTYPE html><html><body>Bad gateway</body></html>"
        let bodies = [
            "", html, "\u{0}\u{1}garbage", "{\"error\":1}", "<Error>", "<Error></Error>", "<Error><Code>", "<a>",
        ]
        for body in bodies {
            let error = try await failure([Answer(400, [:], body)])
            #expect(error?.code == .unexpectedResponse, "\(body)")
            #expect(error?.httpStatus == 400)
        }
        let gateway = try await failure(Array(repeating: Answer(502, [:], html), count: 5))
        #expect(gateway?.code == .serviceUnavailable)
        #expect(gateway?.message.contains("HTML") ?? false)
    }

    @Test func readsErrorDocumentsOfAnyShape() async throws {
        let plain =
            "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>No\nway</Message><RequestId>R</RequestId>"
        let error = try await failure([Answer(403, [:], plain + "<HostId>H</HostId></Error>")])
        #expect(error?.code == .accessDenied)
        #expect(error?.serverMessage == "No way")
        #expect(error?.requestID == "R")
        #expect(error?.hostID == "H")
        // Cut off behind the code.
        let cut = try await failure([Answer(403, [:], plain)])
        #expect(cut?.serverCode == "AccessDenied")
        let wrapped = "<ErrorResponse xmlns='x'><Error><Code>SomethingNew</Code></Error></ErrorResponse>"
        let unknown = try await failure([Answer(418, [:], wrapped)])
        #expect(unknown?.code == S3Error.Code("SomethingNew"))
    }

    @Test func obeysRetryAfter() async throws {
        let time = InstantTime()
        let page = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        let (bucket, store) = try ScriptedStore.bucket(
            [Answer(503, waiting(7)), Answer(429, waiting(3)), Answer(200, [:], page)],
            time: time
        )
        _ = try await bucket.listObjects()
        #expect(time.sleeps == [.seconds(7), .seconds(3)])
        #expect(store.requests.count == 3)
    }

    @Test func signsEveryAttemptAnew() async throws {
        let page = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        let (bucket, store) = try ScriptedStore.bucket(
            [Answer(503, waiting(30)), Answer(503, waiting(30)), Answer(200, [:], page)]
        )
        _ = try await bucket.listObjects()
        let signatures = store.requests.map { $0.headerFields[HTTPField.Name.authorization] ?? "" }
        #expect(Set(signatures).count == 3)
    }

    @Test func followsAWSToItsOtherRegionOnlyByName() async throws {
        let page = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        let moved = "<Error><Code>PermanentRedirect</Code><Endpoint>evil.example.com</Endpoint></Error>"
        var fields = HTTPFields()
        fields[HTTPField.Name.location] = "https://evil.example.com/"
        fields[.amzBucketRegion] = "eu-west-1"
        let (bucket, store) = try ScriptedStore.bucket([
            Answer(301, fields, moved), Answer(200, [:], page), Answer(200, [:], page),
        ])
        _ = try await bucket.listObjects()
        _ = try await bucket.listObjects()
        #expect(
            store.requests.map(\.authority) == [
                "bucket.s3.us-east-1.amazonaws.com", "bucket.s3.eu-west-1.amazonaws.com",
                "bucket.s3.eu-west-1.amazonaws.com",
            ]
        )
        fields[.amzBucketRegion] = "evil.example.com"
        let error = try await failure([Answer(307, fields, moved)])
        #expect(error?.code == .wrongRegion)
    }

    @Test func doesNotRetryWhatCannotHelp() async throws {
        for status in [400, 401, 403, 404, 405, 501] {
            let (bucket, store) = try ScriptedStore.bucket(Array(repeating: Answer(status), count: 5))
            _ = try await s3Error { _ = try await bucket.listObjects() }
            #expect(store.requests.count == 1, "\(status)")
        }
        for code in ["RequestTimeout", "IncompleteBody", "OperationAborted", "ConditionalRequestConflict"] {
            let body = "<Error><Code>\(code)</Code></Error>"
            let (bucket, store) = try ScriptedStore.bucket(Array(repeating: Answer(400, [:], body), count: 5))
            _ = try await s3Error { _ = try await bucket.listObjects() }
            #expect(store.requests.count == 5, "\(code)")
        }
    }

    @Test func refusesListsThatDoNotEnd() async throws {
        let endless = "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"
        #expect(try await failure([Answer(200, [:], endless)])?.code == S3Error.Code.unexpectedResponse)
        #expect(try await failure([Answer(200, [:], "<Other/>")])?.code == S3Error.Code.unexpectedResponse)
        let size = "<ListBucketResult><Contents><Key>k</Key><Size>x</Size></Contents></ListBucketResult>"
        #expect(try await failure([Answer(200, [:], size)])?.code == S3Error.Code.unexpectedResponse)
    }

    @Test func showsNoSecretAnywhere() async throws {
        let (bucket, store) = try ScriptedStore.bucket([Answer(403), Answer(403)])
        let error = try await s3Error { _ = try await bucket.listObjects() }
        let signature =
            store.requests.first?.headerFields[HTTPField.Name.authorization]?.split(separator: "=").last ?? "?"
        var text = "\(String(describing: error)) \(bucket) \(bucket.client.configuration)"
        dump(bucket.client.configuration.credentials, to: &text)
        dump(error, to: &text)
        #expect(!text.contains("the-secret-key"))
        #expect(!text.contains(signature))
    }

    @Test func readsContentRanges() {
        #expect(ContentRange("bytes 0-9/100")?.range == 0..<10)
        #expect(ContentRange("bytes */0")?.size == 0)
        for text in ["", "bytes", "bytes 9-0/100", "bytes 0-100/100", "bytes 0-9/*", "items 0-9/100", "bytes -9/100"] {
            #expect(ContentRange(text) == nil, "\(text)")
        }
    }
}
