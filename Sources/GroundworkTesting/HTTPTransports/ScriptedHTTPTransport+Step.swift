import GroundworkCore
public import GroundworkHTTP

extension ScriptedHTTPTransport {
    /// One step of a script: which request it expects, and what comes of it.
    public struct Step: Sendable {
        private enum Outcome: Sendable {
            case respond(HTTPResponse, [UInt8])
            case fail(any Error)
            case breakOff(HTTPResponse, [UInt8], any Error)
            case hang
            case answer(@Sendable (ReceivedRequest) async throws -> (HTTPResponse, [UInt8]))
        }

        private let method: HTTPRequest.Method?
        private let path: String?
        private let outcome: Outcome

        private init(_ method: HTTPRequest.Method?, _ path: String?, _ outcome: Outcome) {
            self.method = method
            self.path = path
            self.outcome = outcome
        }

        /// Answers.
        /// - Parameters:
        ///   - status: the answer's status.
        ///   - method: the method that the request must have; nil for any.
        ///   - path: the path, up to the query, that it must have; nil for any.
        ///   - headerFields: the answer's header fields.
        ///   - body: the answer's body.
        public static func respond(
            _ status: HTTPResponse.Status,
            to method: HTTPRequest.Method? = nil,
            _ path: String? = nil,
            headerFields: HTTPFields = [:],
            body: [UInt8] = []
        ) -> Step {
            Step(method, path, .respond(HTTPResponse(status: status, headerFields: headerFields), body))
        }

        /// Fails before any answer.
        public static func fail(
            _ error: any Error,
            to method: HTTPRequest.Method? = nil,
            _ path: String? = nil
        ) -> Step {
            Step(method, path, .fail(error))
        }

        /// Answers with the first bytes of a body, and then fails.
        public static func breakOff(
            _ status: HTTPResponse.Status,
            to method: HTTPRequest.Method? = nil,
            _ path: String? = nil,
            headerFields: HTTPFields = [:],
            after body: [UInt8],
            with error: any Error
        ) -> Step {
            Step(method, path, .breakOff(HTTPResponse(status: status, headerFields: headerFields), body, error))
        }

        /// Never answers; ends when the task is cancelled or a time limit of the request passes.
        public static func hang(on method: HTTPRequest.Method? = nil, _ path: String? = nil) -> Step {
            Step(method, path, .hang)
        }

        /// Lets a closure answer.
        public static func answer(
            to method: HTTPRequest.Method? = nil,
            _ path: String? = nil,
            _ body: @escaping @Sendable (ReceivedRequest) async throws -> (HTTPResponse, [UInt8])
        ) -> Step {
            Step(method, path, .answer(body))
        }

        /// The expected request in words.
        var expectation: String {
            "\(method?.rawValue ?? "any method") \(path ?? "any path")"
        }

        func fits(_ request: HTTPRequest) -> Bool {
            if let method, method != request.method { return false }
            guard let path else { return true }
            return (request.path ?? "/").prefix { $0 != "?" } == path
        }

        func perform(_ request: ReceivedRequest) async throws -> HTTPStreamedResponse {
            switch outcome {
            case .respond(let head, let body):
                return HTTPStreamedResponse(head: head, body: HTTPResponseBody(bytes: body))
            case .fail(let error): throw error
            case .breakOff(let head, let body, let error):
                let rest = Locked<[UInt8]?>(body)
                let broken = HTTPResponseBody(next: {
                    let first = rest.withLock { bytes in
                        defer { bytes = nil }
                        return bytes
                    }
                    if let first, !first.isEmpty { return first }
                    throw error
                })
                return HTTPStreamedResponse(head: head, body: broken)
            case .hang: throw try await Self.timeOut(request)
            case .answer(let closure):
                let (head, body) = try await closure(request)
                return HTTPStreamedResponse(head: head, body: HTTPResponseBody(bytes: body))
            }
        }

        private static func timeOut(_ request: ReceivedRequest) async throws -> HTTPTransportError {
            let options = request.options
            let limits: [(Duration?, HTTPTransportError.Timeout)] = [
                (options.responseHeadTimeout, .responseHead), (options.totalTimeout, .total),
            ]
            let known = limits.compactMap { limit, timeout in limit.map { ($0, timeout) } }
            let (limit, timeout) = known.min { $0.0 < $1.0 } ?? (.seconds(3600), .total)
            try await SystemTime().sleep(for: limit)
            return HTTPTransportError(
                .timedOut,
                "No response came within \(limit).",
                request: request.head,
                sent: .possibly,
                timeout: timeout
            )
        }
    }
}
