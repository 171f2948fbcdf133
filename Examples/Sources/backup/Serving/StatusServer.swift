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
            let answer = Self.answer(request.path, await board.current())
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

    private static func answer(_ path: String, _ answer: HealthBoard.Answer) -> (
        status: Int, type: String, body: String
    ) {
        guard ["/health", "/metrics", "/status.json", "/"].contains(path) else {
            return (404, "text/plain; charset=utf-8", "There is /health, /metrics, /status.json and /.\n")
        }
        guard case .health(let health) = answer else {
            // What the store said may name it; whoever asks is not told more.
            return (503, "text/plain; charset=utf-8", "not ok: The store cannot be read; the log says why.\n")
        }
        switch path {
        case "/health": return (health.isHealthy ? 200 : 503, "text/plain; charset=utf-8", health.healthText)
        case "/metrics": return (200, "text/plain; version=0.0.4; charset=utf-8", health.prometheusText)
        case "/status.json": return (200, "application/json", String(decoding: health.json, as: UTF8.self))
        default: return (200, "text/html; charset=utf-8", health.statusPage)
        }
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
