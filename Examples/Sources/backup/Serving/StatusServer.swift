import FlyingFox
import FlyingSocks
import Foundation
import PGBackup

/// Serves the status of the daemon: FlyingFox on all addresses, plain HTTP, nothing but GET and HEAD.
struct StatusServer: Sendable {
    private let server: HTTPServer

    init(port: UInt16, _ board: HealthBoard) {
        let handler = ClosureHTTPHandler { request in
            guard request.method == .GET || request.method == .HEAD else {
                return HTTPResponse(statusCode: .methodNotAllowed, headers: [HTTPHeader("Allow"): "GET, HEAD"])
            }
            let answer = StatusAnswer(request.path, await board.current())
            return HTTPResponse(
                statusCode: HTTPStatusCode(answer.status, phrase: answer.status == 200 ? "OK" : "Not OK"),
                headers: [
                    .contentType: answer.type, HTTPHeader("Cache-Control"): "no-store",
                    HTTPHeader("X-Content-Type-Options"): "nosniff", HTTPHeader("Referrer-Policy"): "no-referrer",
                    HTTPHeader("Content-Security-Policy"):
                        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
                ],
                body: request.method == .HEAD ? Data() : Data(answer.body.utf8)
            )
        }
        // Of IPv6, which takes IPv4 too.
        server = HTTPServer(address: sockaddr_in6.inet6(port: port), logger: .disabled, handler: handler)
    }

    /// Serves until the task is cancelled.
    func run() async throws {
        do { try await server.run() } catch {
            try Task.checkCancellation()
            throw error
        }
        try Task.checkCancellation()
    }
}
