import Foundation
import GroundworkTestProcesses
import GroundworkTesting
import HTTPTypes

/// Answers with method, path, connection, length and start of the body; `/stream` with chunks, `/empty` with 204,
/// `/early` without reading the body.
let echo: LoopbackHTTPServer.Handler = { request in
    let path = request.head.path ?? ""
    switch path {
    case "/empty": return LoopbackResponse(status: .noContent)
    case "/stream":
        let chunks = AsyncThrowingStream<[UInt8], any Error> { continuation in
            for index in 0..<5 { continuation.yield(Array("part \(index)\n".utf8)) }
            continuation.finish()
        }
        return LoopbackResponse(status: .ok, body: .stream(length: nil, chunks))
    case "/early": return LoopbackResponse(status: .contentTooLarge, body: .text("no"))
    default:
        let body = try await request.body.collect()
        let text = "\(request.head.method.rawValue) \(path) \(request.connectionID) \(body.count) "
        return LoopbackResponse(status: .ok, body: .bytes(Array(text.utf8) + body.prefix(20)))
    }
}

/// Runs a server for as long as `body` runs.
func withServer(
    _ configuration: LoopbackHTTPServer.Configuration = .init(),
    _ handler: @escaping LoopbackHTTPServer.Handler = echo,
    _ body: (LoopbackHTTPServer) async throws -> Void
) async throws {
    let server = try await LoopbackHTTPServer.start(configuration, handler: handler)
    do {
        try await body(server)
    } catch {
        await server.stop()
        throw error
    }
    await server.stop()
}

/// Lends a file with the certificate of the server's authority.
func withCertificate(of server: LoopbackHTTPServer, _ body: (String) async throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
        let file = "\(directory)/authority.pem"
        try (server.certificateAuthorityPEM ?? "").write(toFile: file, atomically: true, encoding: .utf8)
        try await body(file)
    }
}

func curl(_ arguments: [String]) async throws -> ChildProcess.Outcome {
    try await ChildProcess.run(.init("curl", ["-sS", "--max-time", "20"] + arguments))
}

func curl(_ arguments: String...) async throws -> ChildProcess.Outcome { try await curl(arguments) }
