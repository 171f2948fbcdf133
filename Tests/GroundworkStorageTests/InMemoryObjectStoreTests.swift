import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import Testing

@Suite struct InMemoryObjectStoreTests {
    @Test func theByteLimitCountsAllObjects() async throws {
        var configuration = InMemoryObjectStore.Configuration()
        configuration.byteLimit = 10
        let store = InMemoryObjectStore(configuration: configuration)
        try await store.put("a", .text("123456"))
        let error = await #expect(throws: ObjectStoreError.self) { try await store.put("b", .text("12345")) }
        #expect(error?.code == .noSpace)
        try await store.put("b", .text("1234"))
        // Replacing frees what was there.
        try await store.put("a", .text("654321"))
        #expect(store.byteCount == 10)
        try await store.delete("a")
        #expect(store.byteCount == 4)
    }

    @Test func anEndlessStreamStopsAtTheLimit() async throws {
        var configuration = InMemoryObjectStore.Configuration()
        configuration.byteLimit = 1000
        let store = InMemoryObjectStore(configuration: configuration)
        let endless = AsyncThrowingStream<[UInt8], any Error> { [UInt8](repeating: 0, count: 100) }
        let error = await #expect(throws: ObjectStoreError.self) {
            try await store.put("a", .stream(endless, length: .unknown(estimate: nil)))
        }
        #expect(error?.code == .noSpace)
        #expect(store.byteCount == 0)
    }

    @Test func failuresAreInjectedBeforeAnOperation() async throws {
        let seen = Locked<[String]>([])
        var configuration = InMemoryObjectStore.Configuration()
        configuration.beforeOperation = { operation in
            seen.withLock { $0.append(operation.description) }
            if operation.name == "get" { throw ObjectStoreError(.throttled, "Slow down.") }
        }
        let store = InMemoryObjectStore(configuration: configuration)
        try await store.put("a", .text("x"))
        let error = await #expect(throws: ObjectStoreError.self) { _ = try await store.get("a") }
        #expect(error?.isRetryable == true)
        _ = try await store.head("a")
        try await store.delete("a")
        for try await _ in store.list(prefix: "p") {}
        #expect(seen.withLock { $0 } == ["put a", "get a", "head a", "delete a", "list p"])
    }

    @Test func datesComeFromTheTimeSource() async throws {
        var configuration = InMemoryObjectStore.Configuration()
        configuration.time = ManualTime(now: Date(timeIntervalSince1970: 42))
        let store = InMemoryObjectStore(configuration: configuration)
        try await store.put("a", .text("x"))
        #expect(try await store.head("a").lastModified == Date(timeIntervalSince1970: 42))
    }

    @Test func readIsBounded() async throws {
        let store = InMemoryObjectStore()
        try await store.put("a", .text("12345"))
        #expect(try await store.read("a", upTo: 5) == Array("12345".utf8))
        let error = await #expect(throws: ObjectStoreError.self) { try await store.read("a", upTo: 4) }
        #expect(error?.code == .tooLarge)
    }

    @Test(arguments: [["": "x"], ["a b": "x"], ["a:b": "x"], ["ü": "x"], ["a": "line\nfeed"], ["a": "ü"]])
    func metadataThatHTTPCannotCarryIsRefused(_ metadata: [String: String]) async throws {
        let store = InMemoryObjectStore()
        var options = ObjectPutOptions()
        options.metadata = metadata
        let error = await #expect(throws: ObjectStoreError.self) {
            try await store.put("a", .text("x"), options: options)
        }
        #expect(error?.code == .unsupported)
    }
}
