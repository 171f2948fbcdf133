import GroundworkCore

/// What the conformance suites have in common: how their cases are run.
protocol ConformanceFrame: Sendable {
    associatedtype Case: Sendable, Hashable, CustomStringConvertible
    associatedtype Context: ConformanceFindings

    var exclusions: [Case: String] { get }
    var timeLimit: Duration { get }

    /// Makes ready what a case works with.
    func prepare(_ testCase: Case) async throws -> Context
    /// Does what the case is about.
    func perform(_ testCase: Case, _ context: Context) async throws
    /// Removes what the case left.
    func cleanUp(_ context: Context) async
}

extension ConformanceFrame {
    func runAll(_ cases: [Case], report: (ConformanceOutcome<Case>) -> Void) async -> [ConformanceOutcome<Case>] {
        var outcomes: [ConformanceOutcome<Case>] = []
        for testCase in cases {
            let outcome = await run(testCase)
            report(outcome)
            outcomes.append(outcome)
        }
        return outcomes
    }

    private func run(_ testCase: Case) async -> ConformanceOutcome<Case> {
        if let reason = exclusions[testCase] {
            return ConformanceOutcome(testCase: testCase, failure: nil, exclusion: reason)
        }
        let context: Context
        do {
            context = try await prepare(testCase)
        } catch {
            return ConformanceOutcome(testCase: testCase, failure: "\(testCase): no start: \(error)", exclusion: nil)
        }
        do {
            let time = SystemTime()
            try await withDeadline(time.monotonic.advanced(by: timeLimit), time: time) {
                try await perform(testCase, context)
            }
        } catch is DeadlineExceeded {
            context.fail("it did not end within \(timeLimit)")
        } catch {
            context.fail("unexpected error: \(error)")
        }
        await cleanUp(context)
        let failures = context.failures
        return ConformanceOutcome(
            testCase: testCase,
            failure: failures.isEmpty ? nil : "\(testCase): " + failures.joined(separator: "\n"),
            exclusion: nil
        )
    }
}

/// Where a case notes what is wrong.
protocol ConformanceFindings: Sendable {
    var found: Locked<[String]> { get }
}

extension ConformanceFindings {
    var failures: [String] { found.withLock { $0 } }

    func fail(_ message: String) { found.withLock { $0.append(message) } }

    func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { fail(message()) }
    }

    /// Compares and says what was and what should be.
    func expectEqual<Value: Equatable>(_ actual: Value, _ expected: Value, _ what: String) {
        if actual != expected { fail("\(what) is \(actual), not \(expected)") }
    }

    func expectBytes(_ actual: [UInt8], _ expected: [UInt8], _ what: String) {
        guard actual != expected else { return }
        let place = zip(actual, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        fail("\(what): \(actual.count) bytes instead of \(expected.count), first difference at \(place ?? -1)")
    }

    /// Expects an error of one type that `isExpected`, with a message, and gives it back.
    @discardableResult
    func expectError<Failure: Error>(
        _ type: Failure.Type,
        _ what: String,
        _ expectation: String,
        message: (Failure) -> String,
        isExpected: (Failure) -> Bool,
        _ work: () async throws -> Void
    ) async -> Failure? {
        do {
            try await work()
            fail("\(what) did not fail; expected \(expectation)")
        } catch let error as Failure {
            expect(isExpected(error), "\(what) failed with \(error) instead of \(expectation)")
            expect(!message(error).isEmpty, "the error of \(what) has no message")
            return error
        } catch {
            fail("\(what) threw \(Swift.type(of: error)) \(error) instead of an \(Failure.self) with \(expectation)")
        }
        return nil
    }
}
