import FlyingFox
import FlyingSocks
import Foundation

/// The web server: FlyingFox, on loopback. TLS is ended before it, by a proxy.
struct FoxServer: Sendable {
    private let server: HTTPServer

    init(port: UInt16, _ respond: @escaping @Sendable (WebRequest) async -> WebAnswer) throws {
        let handler = ClosureHTTPHandler { request in
            guard let body = try await Self.body(of: request) else { return HTTPResponse(statusCode: .payloadTooLarge) }
            let answer = await respond(
                WebRequest(
                    method: request.method.rawValue,
                    path: request.path,
                    query: request.target.query(),
                    cookies: request.headers.values(for: .cookie).joined(separator: "; "),
                    origin: request.headers[HTTPHeader("Origin")],
                    body: body
                )
            )
            var headers = HTTPHeaders()
            for (name, value) in answer.fields { headers.addValue(value, for: HTTPHeader(name)) }
            return HTTPResponse(
                statusCode: HTTPStatusCode(answer.status, phrase: ""),
                headers: headers,
                body: Data(answer.body.utf8)
            )
        }
        let address = try sockaddr_in.inet(ip4: "127.0.0.1", port: port)
        server = HTTPServer(address: address, logger: Self.silence(), handler: handler)
    }

    /// Its log would name URLs; the routes write their own.
    private static func silence(_ logger: some Logging = .disabled) -> any Logging { logger }

    /// The port, once it listens.
    func port() async throws -> UInt16 {
        try await server.waitUntilListening()
        guard case .ip4(_, let port) = await server.listeningAddress else { throw SocketError.unsupportedAddress }
        return port
    }

    /// Serves until the task is cancelled.
    func run() async throws {
        do { try await server.run() } catch {
            try Task.checkCancellation()
            throw error
        }
        try Task.checkCancellation()
    }

    /// Nil for a body that is longer than anything that Apple or our own pages send.
    private static func body(of request: HTTPRequest) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        for try await chunk in request.bodySequence {
            guard bytes.count + chunk.count <= 64 * 1024 else { return nil }
            bytes += chunk
        }
        return bytes
    }
}
