import GroundworkCore
public import GroundworkHTTP

/// A transport that answers by a script: each request takes the next step, and ``verify()`` tells what did not fit.
///
///     let transport = ScriptedHTTPTransport([
///         .respond(.serviceUnavailable, to: .put, "/bucket/key"),
///         .respond(.ok, to: .put, "/bucket/key"),
///     ])
///     try await upload(through: transport)
///     try transport.verify()
///
/// It reads each request's body to its end, holds it to its length, and keeps it.
public final class ScriptedHTTPTransport: HTTPTransport {
    /// A request that arrived, with its body.
    public struct ReceivedRequest: Sendable {
        /// Method, target and header fields.
        public let head: HTTPRequest
        /// All bytes of the body; nil where there was none.
        public let body: [UInt8]?
        /// How it was to be carried.
        public let options: HTTPRequestOptions
    }

    /// What was wrong with the requests, or is left of the script.
    public struct ScriptError: Error, Sendable, Hashable, CustomStringConvertible {
        /// One line for each deviation.
        public let description: String
    }

    private struct State {
        var steps: [Step]
        var next = 0
        var requests: [ReceivedRequest] = []
        var deviations: [String] = []
    }

    private let state: Locked<State>

    /// Makes a transport that goes through `steps` in order.
    public init(_ steps: [Step]) {
        state = Locked(State(steps: steps))
    }

    /// The requests so far, in order.
    public var requests: [ReceivedRequest] { state.withLock { $0.requests } }

    /// How many steps were not taken yet.
    public var remainingSteps: Int { state.withLock { $0.steps.count - $0.next } }

    /// Checks that each request fitted its step and that no step is left over.
    /// - Throws: ``ScriptError`` that lists what deviates.
    public func verify() throws(ScriptError) {
        let lines = state.withLock { state in
            state.deviations
                + state.steps[state.next...].map { "The step for \($0.expectation) was not taken." }
        }
        guard lines.isEmpty else { throw ScriptError(description: lines.joined(separator: "\n")) }
    }

    /// Takes the next step of the script.
    /// - Throws: what the step says, or ``ScriptError`` for a request that does not fit.
    public func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions
    ) async throws -> HTTPStreamedResponse {
        try Task.checkCancellation()
        let bytes = try await Self.read(body, request)
        let received = ReceivedRequest(head: request, body: bytes, options: options)
        let taken = state.withLock { state -> Result<Step, ScriptError> in
            state.requests.append(received)
            let problem: String
            if state.next == state.steps.count {
                problem = "\(Self.name(request)) came after the end of the script."
            } else {
                let step = state.steps[state.next]
                state.next += 1
                if step.fits(request) { return .success(step) }
                problem = "\(Self.name(request)) came where \(step.expectation) was expected."
            }
            state.deviations.append(problem)
            return .failure(ScriptError(description: problem))
        }
        return try await taken.get().perform(received)
    }

    /// The request without its query, which may be secret.
    private static func name(_ request: HTTPRequest) -> String {
        "\(request.method.rawValue) \(HTTPTransportError.target(of: request))"
    }

    private static func read(_ body: HTTPBody?, _ request: HTTPRequest) async throws -> [UInt8]? {
        guard let body else { return nil }
        var bytes: [UInt8] = []
        for try await chunk in try body.chunks() { bytes += chunk }
        if let declared = body.length, declared != bytes.count {
            throw HTTPTransportError(
                .bodyLengthMismatch,
                "The request's body has \(bytes.count) bytes where \(declared) were declared.",
                request: request
            )
        }
        return bytes
    }
}
