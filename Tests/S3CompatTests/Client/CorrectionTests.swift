import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import S3CompatTesting
import Testing

@testable import S3Compat

/// What refusals teach: each request that was signed wrongly is sent again, not only the first of several.
@Suite struct CorrectionTests {
    /// Eight reads at a time.
    private func readAtOnce(_ store: Store) async throws {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 {
                group.addTask { try await collect(store.bucket.getObject("k").content) }
            }
            for try await bytes in group { #expect(bytes == Array("x".utf8)) }
        }
    }

    @Test func concurrentRequestsAllLearnTheClock() async throws {
        try await withStore { store in
            try await store.bucket.put("k", .text("x"))
            store.server.moveClock(by: .seconds(1200))
            store.server.clearRequests()
            try await readAtOnce(store)
            #expect(store.server.requests.contains { $0.errorCode == "RequestTimeTooSkewed" })
        }
    }

    @Test func concurrentRequestsAllLearnTheRegion() async throws {
        try await withStore(server: { $0.region = "eu-central-1" }) { store in
            let other = try S3Client(store.client.configuration).bucket("test")
            try await other.put("k", .text("x"))
            store.server.clearRequests()
            try await readAtOnce(store)
            #expect(store.server.requests.contains { $0.errorCode != nil })
        }
    }

    @Test func anAttemptThatKnewLessIsWorthAnother() throws {
        let (bucket, _) = try ScriptedStore.bucket([])
        let client = bucket.client
        let now = Int(client.time.now.timeIntervalSince1970)
        for _ in 0..<2 {
            let isWorthIt = client.learn(serverTime: now + 1200, used: 0, tolerance: 60)
            #expect(isWorthIt)
            let knowsRegion = client.learn(region: "eu-west-1", of: "bucket", used: "us-east-1")
            #expect(knowsRegion)
        }
        let isNews = client.learn(serverTime: now + 1200, used: 1200, tolerance: 60)
        #expect(!isNews)
        let isNewRegion = client.learn(region: "eu-west-1", of: "bucket", used: "eu-west-1")
        #expect(!isNewRegion)
    }

    @Test func headLearnsTheClockWithoutABody() async throws {
        try await withStore { store in
            try await store.bucket.put("k", .text("x"))
            store.server.moveClock(by: .seconds(-1200))
            store.server.clearRequests()
            #expect(try await store.bucket.headObject("k").info.size == 1)
            #expect(store.server.requests.map(\.status) == [403, 200])
            store.server.inject(.error(status: 403, code: "AccessDenied"), into: .init(.headObject))
            let error = try await s3Error { _ = try await store.bucket.headObject("k") }
            #expect(error?.code == .accessDenied)
            #expect(error?.message.contains("clock") ?? false)
            #expect(error?.message.contains("credentials") ?? false)
        }
    }
}
