import GroundworkCore
import GroundworkCurl
import GroundworkStorage
import Logging
import S3CompatTesting
import Testing

@testable import S3Compat

/// Keeps all that is logged.
private struct CapturingLogHandler: LogHandler {
    let lines: Locked<[String]>
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let line = "\(event.level) \(event.message) \(event.metadata ?? [:]) \(metadata)"
        lines.withLock { $0.append(line) }
    }
}

/// Secrets stay where they belong.
@Suite struct SecrecyTests {
    @Test func logsNoSecretAndNoQuery() async throws {
        let lines = Locked<[String]>([])
        try await withStore(
            server: { $0.sessionToken = Secret("the-session-token") },
            client: { configuration in
                var logger = Logger(label: "test") { _ in CapturingLogHandler(lines: lines) }
                logger.logLevel = .trace
                configuration.logger = logger
                configuration.transfer.partSize = 5 << 20
                configuration.retry.maximumAttempts = 2
            }
        ) { store in
            let bucket = store.bucket
            store.server.moveClock(by: .seconds(1200))
            store.server.inject(.slowDown, into: .init(.uploadPart))
            let stream = Chunks.of([UInt8](repeating: 1, count: 6 << 20), size: 1 << 20)
            try await bucket.upload("k", .stream(stream, length: .unknown(estimate: nil)))
            _ = try await collect(bucket.getObject("k").content)
            _ = try await bucket.presign(.get, "k")
            _ = try await bucket.listObjects()
            // An upload that fails and cannot be aborted is a warning.
            store.server.inject(.error(status: 403, code: "AccessDenied"), into: .init(.uploadPart), times: nil)
            store.server.inject(
                .error(status: 403, code: "AccessDenied"),
                into: .init(.abortMultipartUpload),
                times: nil
            )
            let error = try await s3Error {
                try await bucket.upload("l", .stream(stream, length: .unknown(estimate: nil)))
            }
            #expect(error?.code == .accessDenied)
        }
        let logged = lines.withLock { $0 }
        #expect(logged.contains { $0.contains("UploadPart") && $0.contains("SlowDown") })
        #expect(logged.contains { $0.contains("warning") })
        let secrets = [
            "loopback+secret", "the-session-token", "Signature=", "X-Amz-", "x-amz-", "AWS4-HMAC", "Credential=",
            "uploadId", "AKIA", "partNumber", "list-type",
        ]
        for line in logged {
            for secret in secrets { #expect(!line.contains(secret), "\(line)") }
            #expect(!line.contains("?"), "\(line)")
        }
    }

    @Test func overHTTPSBodiesAreNotHashedAndTheTokenGoesAlong() async throws {
        try await withStore(server: {
            $0.usesTLS = true
            $0.sessionToken = Secret("the-session-token")
        }) { store in
            var trust = CurlHTTPTransport.Configuration()
            trust.trust = .pem(try #require(store.server.certificateAuthorityPEM))
            let transport = CurlHTTPTransport(configuration: trust)
            var configuration = store.client.configuration
            configuration.transport = transport
            let bucket = try S3Client(configuration).bucket("test")
            let bytes = pattern(100_000)
            let result = try await bucket.upload("k", .bytes(bytes))
            #expect(result.proof == .contentHash)
            let read = try await collect(bucket.getObject("k").content)
            let isSame = read == bytes
            #expect(isSame)
            let requests = store.server.requests
            #expect(requests.map(\.operation) == [.putObject, .getObject])
            #expect(requests.first?.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD")
            #expect(requests.allSatisfy { $0.headers["x-amz-security-token"] != nil })

            // Without the token the same keys are refused.
            configuration.credentials = .fixed(
                accessKeyID: store.server.configuration.accessKeyID,
                secretAccessKey: store.server.configuration.secretAccessKey
            )
            let plain = try S3Client(configuration).bucket("test")
            let error = try await s3Error { _ = try await plain.getObject("k") }
            #expect(error?.serverCode == "InvalidToken")
            await transport.shutdown()
        }
    }
}
