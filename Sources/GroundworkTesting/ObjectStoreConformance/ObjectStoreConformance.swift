import FoundationEssentials
import GroundworkCore
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
    public struct Outcome: Sendable, CustomStringConvertible {
        /// The case.
        public let testCase: Case
        /// What is wrong, a line for each broken promise; nil when nothing is.
        public let failure: String?
        /// Why the case was left out; nil when it ran.
        public let exclusion: String?

        /// One line.
        public var description: String {
            if let exclusion { return "\(testCase): left out, \(exclusion)" }
            return "\(testCase): \(failure ?? "passed")"
        }
    }

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
    /// - Parameter prefix: a fresh one for every run; it must be a prefix that the store can keep, such as `run-1/`.
    public init(_ store: any ObjectStore, prefix: String) {
        self.store = store
        self.prefix = prefix
    }

    /// Runs cases one after the other.
    /// - Parameter report: called as each case ends.
    /// - Returns: the outcomes, in order.
    @discardableResult
    public func run(
        _ cases: [Case] = Case.all,
        report: (Outcome) -> Void = { _ in }
    ) async -> [Outcome] {
        var outcomes: [Outcome] = []
        for testCase in cases {
            let outcome = await run(testCase)
            report(outcome)
            outcomes.append(outcome)
        }
        return outcomes
    }

    private func run(_ testCase: Case) async -> Outcome {
        if let reason = exclusions[testCase] {
            return Outcome(testCase: testCase, failure: nil, exclusion: reason)
        }
        let context = ConformanceContext(suite: self, prefix: "\(prefix)\(testCase.name)/")
        do {
            let time = SystemTime()
            try await withDeadline(time.monotonic.advanced(by: timeLimit), time: time) {
                try await testCase.body(context)
            }
        } catch is DeadlineExceeded {
            context.fail("it did not end within \(timeLimit)")
        } catch {
            context.fail("unexpected error: \(error)")
        }
        await context.cleanUp()
        let failures = context.failures
        return Outcome(
            testCase: testCase,
            failure: failures.isEmpty ? nil : "\(testCase): " + failures.joined(separator: "\n"),
            exclusion: nil
        )
    }
}
