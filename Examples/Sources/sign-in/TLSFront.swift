import AppleSignInTesting
import GroundworkCurl
import Synchronization

/// Ends TLS before the web server, as a proxy does in production. For the demo: it is made of the test kit's server.
struct TLSFront: Sendable {
    private final class Target: Sendable {
        let port = Mutex<UInt16?>(nil)
    }

    private let server: LoopbackHTTPServer
    private let target: Target

    static func start(host: String, port: UInt16) async throws -> TLSFront {
        let target = Target()
        var configuration = LoopbackHTTPServer.Configuration()
        configuration.port = port
        configuration.tls = .throwAway(hosts: [host, "localhost"])
        let transport = CurlHTTPTransport()
        let server = try await LoopbackHTTPServer.start(configuration) { request in
            guard let port = target.port.withLock({ $0 }) else { return LoopbackResponse(status: .serviceUnavailable) }
            return try await Self.forward(request, to: port, by: transport)
        }
        return TLSFront(server: server, target: target)
    }

    /// `https://HOST:PORT`.
    func url(_ host: String) -> String { "https://\(host):\(server.port)" }

    /// Requests go to this port of 127.0.0.1 from now on.
    func forward(to port: UInt16) { target.port.withLock { $0 = port } }

    func stop() async { await server.stop() }

    private static func forward(
        _ request: LoopbackRequest,
        to port: UInt16,
        by transport: CurlHTTPTransport
    ) async throws -> LoopbackResponse {
        var head = HTTPRequest(
            method: request.head.method,
            scheme: "http",
            authority: "127.0.0.1:\(port)",
            path: request.head.path
        )
        for name in [HTTPField.Name.cookie, .origin, .contentType] {
            head.headerFields[values: name] = request.head.headerFields[values: name]
        }
        let body = try await request.body.collect(upTo: 64 * 1024)
        let (answer, bytes) = try await transport.collect(
            head,
            body: head.method == .post ? .bytes(body) : nil,
            upTo: 1 << 20
        )
        var fields = answer.headerFields
        for name in [HTTPField.Name.connection, .contentLength, .transferEncoding] { fields[name] = nil }
        return LoopbackResponse(status: answer.status, headerFields: fields, body: .bytes(bytes))
    }
}
