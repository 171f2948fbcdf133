import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import Testing

@Suite struct ConformanceTests {
    private func check(_ suite: ObjectStoreConformance) async {
        for outcome in await suite.run() {
            if let failure = outcome.failure { Issue.record("\(failure)") }
        }
    }

    @Test func memoryKeepsThePromises() async {
        await check(ObjectStoreConformance(InMemoryObjectStore(), prefix: "run/"))
    }

    @Test func directoryKeepsThePromises() async throws {
        try await withTemporaryDirectory { path in
            await check(ObjectStoreConformance(try DirectoryObjectStore(path: path), prefix: "run/"))
            // Every case cleaned up, folders included.
            let left = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(left == [".groundwork"])
            let uploads = try FileManager.default.contentsOfDirectory(atPath: "\(path)/.groundwork/uploads")
            #expect(uploads == [])
        }
    }

    @Test func everyCaseHasANameOfItsOwn() {
        let names = ObjectStoreConformance.Case.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.count == 31)
    }

    @Test func leftOutCasesCarryTheirReason() async {
        var suite = ObjectStoreConformance(InMemoryObjectStore(), prefix: "run/")
        suite.exclusions[.listPages] = "too slow here"
        let outcomes = await suite.run([.listPages, .delete])
        #expect(outcomes.map(\.exclusion) == ["too slow here", nil])
        #expect(outcomes.map(\.description) == ["listPages: left out, too slow here", "delete: passed"])
    }

    @Test(arguments: BrokenStore.Fault.allCases)
    func brokenStoresFail(_ fault: BrokenStore.Fault) async {
        var suite = ObjectStoreConformance(BrokenStore(fault), prefix: "run/")
        suite.largeObjectSize = 1 << 20
        suite.manyKeys = 200
        suite.timeLimit = .seconds(20)
        let failed = await suite.run().filter { $0.failure != nil }.map(\.testCase)
        for expected in fault.expected { #expect(failed.contains(expected), "\(fault) passed \(expected)") }
    }
}

/// A store in memory with one fault.
struct BrokenStore: ObjectStore {
    enum Fault: CaseIterable, Sendable {
        case ignoresConditions, losesMetadata, dropsLastByte, ignoresLength, listsOneKeyTwice, ignoresDelimiter
        case keepsDeleted, ignoresRange, changesKeys, failsMissingDeletes, wrongSize, ignoresStartAfter

        var expected: [ObjectStoreConformance.Case] {
            switch self {
            case .ignoresConditions: [.putIfAbsent, .putIfMatches, .racingPuts]
            case .losesMetadata: [.metadata]
            case .dropsLastByte: [.putKnownLength, .putUnknownLength, .largeStream, .putFile]
            case .ignoresLength: [.wrongLength]
            case .listsOneKeyTwice: [.listPages, .listOrder]
            case .ignoresDelimiter: [.listDelimiter]
            case .keepsDeleted: [.delete, .deleteMany]
            case .ignoresRange: [.ranges]
            case .changesKeys: [.oddKeys]
            case .failsMissingDeletes: [.delete, .deleteMany]
            case .wrongSize: [.putKnownLength]
            case .ignoresStartAfter: [.listStartAfter]
            }
        }
    }

    let fault: Fault
    let store = InMemoryObjectStore()

    init(_ fault: Fault) { self.fault = fault }

    var location: String { "broken://" }

    func capabilities() async throws -> ObjectStoreCapabilities { try await store.capabilities() }

    private func name(_ key: String) -> String {
        fault == .changesKeys ? String(decoding: key.utf8.map { $0 == 0x2B ? 0x20 : $0 }, as: UTF8.self) : key
    }

    func put(_ key: String, _ body: ObjectBody, options: ObjectPutOptions) async throws -> ObjectPutResult {
        var options = options
        if fault == .ignoresConditions { options.condition = .none }
        if fault == .losesMetadata { options.metadata = [:] }
        var body = body
        if fault == .dropsLastByte || fault == .ignoresLength, case .stream(let chunks) = body.source {
            var bytes: [UInt8] = []
            for try await chunk in chunks { bytes += chunk }
            body = .bytes(fault == .dropsLastByte ? bytes.dropLast() : bytes)
        }
        if fault == .dropsLastByte, case .file = body.source { body = .bytes([]) }
        var result = try await store.put(name(key), body, options: options)
        if fault == .wrongSize { result.size += 1 }
        return result
    }

    func get(_ key: String, options: ObjectGetOptions) async throws -> ObjectGetResult {
        var options = options
        if fault == .ignoresRange { options.range = nil }
        return try await store.get(name(key), options: options)
    }

    func head(_ key: String) async throws -> ObjectInfo { try await store.head(name(key)) }

    func delete(_ key: String) async throws {
        if fault == .keepsDeleted { return }
        if fault == .failsMissingDeletes { _ = try await store.head(key) }
        try await store.delete(name(key))
    }

    func deleteMany(_ keys: [String]) async throws -> [ObjectDeleteFailure] {
        for key in keys { try await delete(key) }
        return []
    }

    func list(_ options: ObjectListOptions) -> ObjectListing {
        var options = options
        if fault == .ignoresDelimiter { options.delimiter = nil }
        if fault == .ignoresStartAfter { options.startAfter = nil }
        let fixed = options
        let isDoubling = fault == .listsOneKeyTwice
        return ObjectListing {
            let pages = Locked(store.list(fixed).pages.makeAsyncIterator())
            return {
                var iterator = pages.withLock { $0 }
                let page = try await iterator.next()
                guard isDoubling, var page, let first = page.objects.first else { return page }
                page.objects.insert(first, at: 0)
                return page
            }
        }
    }

    func abandonedUploads(prefix: String, olderThan date: Date) async throws -> [AbandonedUpload] { [] }

    func abort(_ upload: AbandonedUpload) async throws {}
}
