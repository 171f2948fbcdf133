import AppleSignIn
import GroundworkCore
import GroundworkHTTP
import HTTPTypes

/// Answers each request with the next of its answers, the last one again and again, and remembers what was sent.
final class TokenTransport: HTTPTransport {
    enum Answer: Sendable {
        case status(Int, String)
        case failure(HTTPTransportError.Code, sent: HTTPTransportError.Sent)
    }

    struct State {
        var answers: [Answer]
        var requests: [(head: HTTPRequest, body: String)] = []
    }

    let state: Locked<State>

    init(_ answers: [Answer]) { state = Locked(State(answers: answers)) }

    var requests: [(head: HTTPRequest, body: String)] { state.withLock { $0.requests } }

    func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions
    ) async throws -> HTTPStreamedResponse {
        var bytes: [UInt8] = []
        if let body { for try await chunk in try body.chunks() { bytes += chunk } }
        let sent = String(decoding: bytes, as: UTF8.self)
        let answer = state.withLock { state in
            state.requests.append((request, sent))
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
        }
        switch answer {
        case .status(let status, let text):
            return HTTPStreamedResponse(
                head: HTTPResponse(status: .init(code: status)),
                body: HTTPResponseBody(bytes: Array(text.utf8))
            )
        case .failure(let code, let sent):
            var error = HTTPTransportError(code, "scripted", request: request)
            error.sent = sent
            throw error
        }
    }
}
