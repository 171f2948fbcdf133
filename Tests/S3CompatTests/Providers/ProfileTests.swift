import GroundworkCore
import GroundworkCurl
import GroundworkTesting
import S3CompatTesting
import Testing

@testable import S3Compat

/// Every profile, as it is, against the server that checks signatures: over TLS, where bodies carry the profile's own
/// checksum. The servers behind the profiles are not at hand; their rules are.
@Suite struct ProfileTests {
    enum Profile: String, CaseIterable, Sendable {
        case aws, r2, minio, ceph, seaweedfs, custom

        func provider(at endpoint: String) throws -> S3Provider {
            var provider =
                switch self {
                case .aws: try S3Provider.aws(region: "us-east-1")
                case .r2: try S3Provider.r2(accountID: "0123456789abcdef0123456789abcdef")
                case .minio: try S3Provider.minio(endpoint: endpoint)
                case .ceph: try S3Provider.ceph(endpoint: endpoint)
                case .seaweedfs: try S3Provider.seaweedfs(endpoint: endpoint)
                case .custom: try S3Provider.custom(endpoint: endpoint)
                }
            provider.endpoint = try S3Endpoint(parsing: endpoint)
            // The throw-away certificate is for one host.
            provider.addressing = .path
            return provider
        }

        /// The header field that protects each body on its way.
        var checksum: String? {
            switch self {
            case .aws: "x-amz-checksum-crc32c"
            case .r2, .minio, .ceph, .seaweedfs: "content-md5"
            case .custom: nil
            }
        }
    }

    private func with(_ profile: Profile, _ body: (Store) async throws -> Void) async throws {
        try await withStore(server: {
            $0.usesTLS = true
            if profile == .r2 {
                $0.region = "auto"
                $0.requiresEqualParts = true
            }
        }) { store in
            var trust = CurlHTTPTransport.Configuration()
            trust.trust = .pem(try #require(store.server.certificateAuthorityPEM))
            let transport = CurlHTTPTransport(configuration: trust)
            var configuration = store.client.configuration
            configuration.provider = try profile.provider(at: store.server.endpoint)
            configuration.transport = transport
            configuration.transfer.partSize = 5 << 20
            configuration.transfer.multipartThreshold = 5 << 20
            let bucket = try S3Client(configuration).bucket("test")
            do { try await body(Store(server: store.server, bucket: bucket)) } catch { Issue.record(error) }
            await transport.shutdown()
        }
    }

    @Test(arguments: Profile.allCases)
    func keepsThePromisesOfAStore(_ profile: Profile) async throws {
        try await with(profile) { store in
            var suite = ObjectStoreConformance(store.bucket, prefix: "run/")
            suite.largeObjectSize = 11 << 20
            let cases: [ObjectStoreConformance.Case] = [
                .putKnownLength, .putUnknownLength, .emptyObject, .largeStream, .metadata, .putIfAbsent, .ranges,
                .getIfMatch, .delete, .deleteMany, .listDelimiter, .abandonedUploads,
            ]
            for outcome in await suite.run(cases) {
                if let failure = outcome.failure { Issue.record("\(profile): \(outcome.testCase): \(failure)") }
            }
            #expect(store.server.pendingUploads(in: "test").isEmpty)
        }
    }

    @Test(arguments: Profile.allCases)
    func bodiesAndPartsCarryTheProfilesChecksumAndNoOther(_ profile: Profile) async throws {
        try await with(profile) { store in
            try await store.bucket.put("whole", .text("hello"))
            let bytes = pattern(11 << 20)
            let result = try await store.bucket.put(
                "parts",
                .stream(Chunks.of(bytes, size: 1 << 20), length: .unknown(estimate: nil))
            )
            #expect(result.proof != .none)
            let isStored = try await store.server.contents(of: "parts", in: "test") == bytes
            #expect(isStored)
            let bodies = store.server.requests.filter { [.putObject, .uploadPart].contains($0.operation) }
            #expect(bodies.count == 4)
            for request in bodies {
                let sent = request.headers.keys.filter { $0 == "content-md5" || $0.hasPrefix("x-amz-checksum-") }
                #expect(sent == (profile.checksum.map { [$0] } ?? []))
                #expect(request.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD")
                // What R2 and others refuse: chunked signatures, and a pause for a go-ahead.
                #expect(request.headers["transfer-encoding"] == nil && request.headers["expect"] == nil)
            }
        }
    }
}
