import GroundworkCore
public import GroundworkHTTP

/// The promises of `HTTPTransport` as named cases, to be run on any transport that speaks plain HTTP:
///
///     @Test func keepsThePromisesOfATransport() async throws {
///         let suite = HTTPTransportConformance(MyTransport())
///         for outcome in await suite.run() {
///             if let failure = outcome.failure { Issue.record("\(failure)") }
///         }
///     }
///
/// Each case starts a server of its own on 127.0.0.1. The suite does not import `Testing`, so that a program may run
/// it too.
public struct HTTPTransportConformance: Sendable {
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

    /// The transport.
    public let transport: any HTTPTransport
    /// Cases to leave out, with the reason.
    public var exclusions: [Case: String] = [:]
    /// The time for one case.
    public var timeLimit: Duration = .seconds(60)

    /// Makes a suite.
    public init(_ transport: any HTTPTransport) {
        self.transport = transport
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
        let context: TransportContext
        do {
            context = try await TransportContext(transport)
        } catch {
            return Outcome(testCase: testCase, failure: "\(testCase): no server: \(error)", exclusion: nil)
        }
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
        await context.server.stop()
        let failures = context.failures
        return Outcome(
            testCase: testCase,
            failure: failures.isEmpty ? nil : "\(testCase): " + failures.joined(separator: "\n"),
            exclusion: nil
        )
    }
}
