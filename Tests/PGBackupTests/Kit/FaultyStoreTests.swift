import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
import Testing

@Suite struct FaultyStoreTests {
    private func failure(_ body: () async throws -> Void) async -> ObjectStoreError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? ObjectStoreError)?.code
        }
    }

    @Test func withoutFaultsItKeepsThePromisesOfAStore() async {
        for outcome in await ObjectStoreConformance(FaultyStore(InMemoryObjectStore()), prefix: "run/").run() {
            if let failure = outcome.failure { Issue.record("\(failure)") }
        }
    }

    @Test func aFaultHappensOnceAtTheCallThatFits() async throws {
        let store = FaultyStore(InMemoryObjectStore())
        let problem = ObjectStoreError(.unavailable, "Down.")
        store.inject(.fails(.put, of: "b", with: problem).after(calls: 1))
        try await store.put("a", .text("1"))
        try await store.put("b", .text("1"))
        #expect(await failure { try await store.put("b", .text("2")) } == .unavailable)
        try await store.put("b", .text("3"))
        #expect(try await store.read("b") == Array("3".utf8))
        #expect(store.pendingFaults == 0)
        #expect(store.calls == ["put a", "put b", "put b", "put b", "get b"])
    }

    @Test func aFaultThatIsForAlwaysEndsWhenTheStoreIsHealed() async throws {
        let store = FaultyStore(InMemoryObjectStore())
        store.inject(.fails(.head, with: ObjectStoreError(.throttled, "Slower.")).always)
        try await store.put("a", .text("1"))
        for _ in 0..<3 { #expect(await failure { _ = try await store.head("a") } == .throttled) }
        store.heal()
        #expect(try await store.head("a").size == 1)
    }

    @Test func putsAndGetsBreakOffWhereTheyShould() async throws {
        let store = FaultyStore(InMemoryObjectStore())
        let problem = ObjectStoreError(.accessDenied, "Expired.")
        store.inject(.fails(.put, after: 3, with: problem))
        #expect(await failure { try await store.put("a", .text("12345")) } == .accessDenied)
        #expect(await failure { _ = try await store.head("a") } == .notFound)
        try await store.put("a", .text("12345"))
        store.inject(.fails(.get, after: 3, with: problem))
        var bytes: [UInt8] = []
        let code = await failure {
            for try await chunk in try await store.get("a").content { bytes += chunk }
        }
        #expect(code == .accessDenied)
        #expect(bytes == Array("123".utf8))
    }

    @Test func liesAndLostAnswersAreWhatTheySay() async throws {
        let store = FaultyStore(InMemoryObjectStore())
        store.inject(.losesTheAnswer(toPutOf: "a"))
        #expect(await failure { try await store.put("a", .text("1")) } == .outcomeUnknown)
        #expect(try await store.read("a") == Array("1".utf8))
        store.inject(.keepsOnly(bytes: 2))
        #expect(try await store.put("b", .text("12345")).size == 5)
        #expect(try await store.read("b") == Array("12".utf8))
        store.inject(.changesByte(1))
        try await store.put("c", .text("123"))
        #expect(try await store.read("c") == Array("133".utf8))
    }

    @Test func aCallThatHangsEndsWithItsTask() async {
        let store = FaultyStore(InMemoryObjectStore())
        store.inject(.hangs(.put))
        let put = Task { try await store.put("a", .text("1")) }
        put.cancel()
        await #expect(throws: CancellationError.self) { _ = try await put.value }
    }
}
