import FlyingFox
import FlyingSocks
import Foundation
import Terminal

/// Serves one page on this machine.
enum PreviewServer {
    /// Serves until the task is cancelled.
    static func run(port: UInt16, _ page: @escaping @Sendable () async throws -> String) async throws {
        let handler = ClosureHTTPHandler { request in
            guard request.path == "/" else { return HTTPResponse(statusCode: .notFound) }
            guard ["GET", "HEAD"].contains(request.method.rawValue) else {
                return HTTPResponse(statusCode: .methodNotAllowed)
            }
            do {
                var headers = HTTPHeaders()
                for (name, value) in fields { headers.addValue(value, for: HTTPHeader(name)) }
                return HTTPResponse(statusCode: .ok, headers: headers, body: Data(try await page().utf8))
            } catch {
                Console.note("mail: \(error)")
                return HTTPResponse(statusCode: .internalServerError)
            }
        }
        let address = try sockaddr_in.inet(ip4: "127.0.0.1", port: port)
        let server = HTTPServer(address: address, logger: silent(), handler: handler)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask {
                try await server.waitUntilListening()
                guard case .ip4(_, let port) = await server.listeningAddress else {
                    throw SocketError.unsupportedAddress
                }
                Console.print("The mails: http://127.0.0.1:\(port)/ (Ctrl-C ends it)")
                try await Task.sleep(for: .seconds(1 << 30))
            }
            try await group.next()
            group.cancelAll()
        }
    }

    private static let fields = [
        ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
    ]

    private static func silent(_ logger: some Logging = .disabled) -> any Logging { logger }
}
