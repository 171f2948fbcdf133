import FlyingFox
import FlyingSocks
import Foundation
import PGBackup

/// Serves the status of the daemon: FlyingFox on all addresses, plain HTTP, nothing but GET and HEAD.
struct StatusServer: Sendable {
    /// Of IPv6, which takes IPv4 too; where the machine has none, of IPv4.
    private let servers: [HTTPServer]

    init(port: UInt16, _ board: HealthBoard) {
        let handler = ClosureHTTPHandler { request in
            guard request.method == .GET || request.method == .HEAD else {
                let allowed: HTTPHeaders = [HTTPHeader("Allow"): "GET, HEAD"]
                return HTTPResponse(statusCode: .methodNotAllowed, headers: allowed)
            }
            let answer = StatusAnswer(request.path, await board.current())
            let headers: HTTPHeaders = [
                .contentType: answer.type, HTTPHeader("Cache-Control"): "no-store",
                HTTPHeader("X-Content-Type-Options"): "nosniff", HTTPHeader("Referrer-Policy"): "no-referrer",
                HTTPHeader("Content-Security-Policy"):
                    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
            ]
            return HTTPResponse(
                statusCode: HTTPStatusCode(answer.status, phrase: answer.status == 200 ? "OK" : "Not OK"),
                headers: headers,
                body: request.method == .HEAD ? Data() : Data(answer.body.utf8)
            )
        }
        servers = [
            HTTPServer(address: sockaddr_in6.inet6(port: port), logger: .disabled, handler: handler),
            HTTPServer(address: sockaddr_in.inet(port: port), logger: .disabled, handler: handler),
        ]
    }

    /// Serves until the task is cancelled, or the server fails.
    /// - Parameter listening: called when it takes connections.
    func run(listening: @escaping @Sendable () async -> Void) async throws {
        for (index, server) in servers.enumerated() {
            do {
                try await Self.run(server, listening)
                break
            } catch {
                try Task.checkCancellation()
                // One that listened and failed later is tried again on the other as well: better than none.
                guard index + 1 < servers.count else { throw error }
                log("The status cannot be served over IPv6 and IPv4 together, so over IPv4 alone: \(error)")
            }
        }
        try Task.checkCancellation()
    }

    private static func run(_ server: HTTPServer, _ listening: @escaping @Sendable () async -> Void) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await server.run()
                return true
            }
            group.addTask {
                // Whether it listens, the server itself decides.
                guard (try? await server.waitUntilListening()) != nil else { return false }
                await listening()
                return false
            }
            defer { group.cancelAll() }
            while let hasEnded = try await group.next(), !hasEnded {}
        }
    }
}
