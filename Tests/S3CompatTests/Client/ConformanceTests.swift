import GroundworkTesting
import S3CompatTesting
import Testing

@testable import S3Compat

@Suite struct ConformanceTests {
    @Test func keepsThePromisesOfAStore() async throws {
        try await withStore { store in
            for outcome in await ObjectStoreConformance(store.bucket, prefix: "run/").run() {
                if let failure = outcome.failure { Issue.record("\(failure)") }
            }
            #expect(store.server.pendingUploads(in: "test").isEmpty)
        }
    }

    @Test func keepsThePromisesOnAStoreThatIgnoresConditions() async throws {
        try await withStore(server: { $0.conditionalWrites = .ignored }) { store in
            let capabilities = try await store.bucket.capabilities()
            #expect(capabilities.conditionalPut == .unsupported)
            for outcome in await ObjectStoreConformance(store.bucket, prefix: "run/").run([.putIfAbsent, .putIfMatches])
            {
                if let failure = outcome.failure { Issue.record("\(failure)") }
            }
            #expect(!store.server.keys(in: "test").contains { $0.hasPrefix(".groundwork-probe/") })
        }
    }

    @Test func keepsThePromisesOnAStoreThatRefusesConditions() async throws {
        try await withStore(server: { $0.conditionalWrites = .refused }) { store in
            let first = try await store.bucket.capabilities()
            #expect(first.conditionalPut == .unsupported)
            let probes = store.server.requests.count
            let second = try await store.bucket.capabilities()
            #expect(second == first)
            #expect(store.server.requests.count == probes)
        }
    }

    @Test func keepsThePromisesWithPartsAndVirtualHosts() async throws {
        try await withStore(
            server: { $0.requiresEqualParts = true },
            provider: { provider in
                provider.endpoint = S3Endpoint(isSecure: false, host: "localhost", port: provider.endpoint.port)
                provider.addressing = .virtualHost
            },
            client: {
                $0.transfer.partSize = 5 << 20; $0.transfer.multipartThreshold = 0
            }
        ) { store in
            let cases: [ObjectStoreConformance.Case] = [
                .putKnownLength, .putUnknownLength, .putFile, .emptyObject, .wrongLength, .throwingBody, .cancelledPut,
                .largeStream, .metadata, .progress, .putIfAbsent, .racingPuts,
            ]
            for outcome in await ObjectStoreConformance(store.bucket, prefix: "run/").run(cases) {
                if let failure = outcome.failure { Issue.record("\(failure)") }
            }
            #expect(store.server.pendingUploads(in: "test").isEmpty)
            #expect(store.server.requests.allSatisfy { $0.headers["host"]?.hasPrefix("test.localhost:") ?? false })
        }
    }
}
