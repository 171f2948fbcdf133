public import GroundworkStorage

/// The promises of `ObjectStore` as named cases, to be run on any store:
///
///     @Test func keepsThePromisesOfAStore() async {
///         let suite = ObjectStoreConformance(store, prefix: "conformance-\(UInt32.random(in: 0 ... .max))/")
///         for outcome in await suite.run() {
///             if let failure = outcome.failure { Issue.record("\(failure)") }
///         }
///     }
///
/// Everything happens below the prefix, and every case deletes what it wrote. The suite does not import `Testing`, so
/// a program may run it on its own store at start-up.
public struct ObjectStoreConformance: Sendable {
    /// What became of a case.
    public typealias Outcome = ConformanceOutcome<Case>

    /// The store.
    public let store: any ObjectStore
    /// What all keys begin with.
    public let prefix: String
    /// Cases to leave out, with the reason.
    public var exclusions: [Case: String] = [:]
    /// The bytes of the large object.
    public var largeObjectSize = 20 << 20
    /// How many keys the paging case writes.
    public var manyKeys = 1100
    /// The time for one case.
    public var timeLimit: Duration = .seconds(180)

    /// Makes a suite.
    /// - Parameters:
    ///   - store: the store that is tried.
    ///   - prefix: a fresh one for every run; it must be a prefix that the store can keep, such as `run-1/`.
    public init(_ store: any ObjectStore, prefix: String) {
        self.store = store
        self.prefix = prefix
    }

    /// Runs cases one after the other.
    /// - Parameters:
    ///   - cases: which, in this order.
    ///   - report: called as each case ends.
    /// - Returns: the outcomes, in order.
    @discardableResult
    public func run(
        _ cases: [Case] = Case.all,
        report: (Outcome) -> Void = { _ in }
    ) async -> [Outcome] {
        await runAll(cases, report: report)
    }
}

extension ObjectStoreConformance: ConformanceFrame {
    func prepare(_ testCase: Case) async throws -> ConformanceContext {
        ConformanceContext(suite: self, prefix: "\(prefix)\(testCase.name)/")
    }

    func perform(_ testCase: Case, _ context: ConformanceContext) async throws { try await testCase.body(context) }
    func cleanUp(_ context: ConformanceContext) async { await context.cleanUp() }
}
