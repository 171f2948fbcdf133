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
    public typealias Outcome = ConformanceOutcome<Case>

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

extension HTTPTransportConformance: ConformanceFrame {
    func prepare(_ testCase: Case) async throws -> TransportContext { try await TransportContext(transport) }
    func perform(_ testCase: Case, _ context: TransportContext) async throws { try await testCase.body(context) }
    func cleanUp(_ context: TransportContext) async { await context.server.stop() }
}
