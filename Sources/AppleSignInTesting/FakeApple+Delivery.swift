import FoundationEssentials
import GroundworkCore
import GroundworkCurl
public import GroundworkHTTP
import HTTPTypes

extension FakeApple {
    /// Sends a notification about the user to an endpoint, as Apple does: again when the answer is not 200.
    /// - Parameters:
    ///   - kind: what happened.
    ///   - audience: the bundle or Services ID that it is about.
    ///   - endpoint: the URL of the server under test.
    ///   - id: its `jti`; random by default.
    ///   - copies: how often it is sent although it was answered with 200; Apple does that now and then.
    ///   - maximumTries: how often it is sent when it is not.
    ///   - transport: sends it; nil takes the shared one on libcurl.
    /// - Returns: the status of each answer; 0 where none came.
    /// - Throws: errors of signing; `CancellationError`.
    public func send(
        _ kind: AppleNotification.Kind,
        audience: String,
        to endpoint: String,
        id: String? = nil,
        copies: Int = 1,
        maximumTries: Int = 3,
        transport: (any HTTPTransport)? = nil
    ) async throws -> [Int] {
        let body = try notification(kind, audience: audience, id: id)
        let transport = transport ?? CurlHTTPTransport.shared
        var request = try Self.post(to: endpoint)
        request.headerFields[.contentType] = "application/json"
        var statuses: [Int] = []
        for _ in 0..<max(copies, 1) {
            for _ in 0..<max(maximumTries, 1) {
                try Task.checkCancellation()
                var options = HTTPRequestOptions()
                options.totalTimeout = .seconds(10)
                do {
                    let (head, _) = try await transport.collect(
                        request,
                        body: .bytes(body),
                        options: options,
                        upTo: 64 * 1024
                    )
                    statuses.append(head.status.code)
                    if head.status == .ok { break }
                } catch is HTTPTransportError {
                    statuses.append(0)
                }
            }
        }
        return statuses
    }

    private static func post(to endpoint: String) throws -> HTTPRequest {
        guard let colon = endpoint.firstRange(of: "://") else {
            throw FakeAppleError("'\(endpoint.prefix(200))' is no URL.")
        }
        let rest = endpoint[colon.upperBound...]
        let path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
        return HTTPRequest(
            method: .post,
            scheme: String(endpoint[..<colon.lowerBound]),
            authority: String(rest.prefix { $0 != "/" }),
            path: path
        )
    }
}
