import GroundworkCore
import GroundworkSockets

/// A small HTTP/1.1 server on 127.0.0.1 for tests. **For tests only**: it is no server for the open network.
///
/// It serves what test kits need: keep-alive, streamed bodies both ways with back-pressure, `Expect: 100-continue`,
/// TLS with a throw-away certificate, and faults on demand. Pipelined requests are answered in order.
///
///     let server = try await LoopbackHTTPServer.start { request in
///         LoopbackResponse(status: .ok, body: .bytes(try await request.body.collect(upTo: 1024)))
///     }
///     // … talk to server.url …
///     await server.stop()
public final class LoopbackHTTPServer: Sendable {
    /// Answers one request. What it throws is answered with the status of a ``LoopbackRequestError``, else with 500.
    public typealias Handler = @Sendable (LoopbackRequest) async throws -> LoopbackResponse

    /// The port that the server listens on.
    public let port: UInt16
    /// The certificate of the authority to trust, as PEM; nil without TLS.
    public let certificateAuthorityPEM: String?
    private let listener: SocketListener
    private let task: Task<Void, Never>

    private init(listener: SocketListener, certificateAuthorityPEM: String?, task: Task<Void, Never>) {
        port = listener.port
        self.listener = listener
        self.certificateAuthorityPEM = certificateAuthorityPEM
        self.task = task
    }

    deinit {
        listener.close()
        task.cancel()
    }

    /// Listens and serves until ``stop()``.
    /// - Throws: an error that names the port when it cannot be listened on.
    public static func start(
        _ configuration: Configuration = Configuration(),
        handler: @escaping Handler
    ) async throws -> LoopbackHTTPServer {
        let certificate = try configuration.tls.map { tls in
            try ThrowAwayCertificate(hosts: tls.hosts, isExpired: tls.isExpired)
        }
        let context = try certificate.map { certificate in
            try certificate.privateKeyPEM.withValue { key in
                try TLSContext(serverWith: certificate.certificatePEM, privateKey: key)
            }
        }
        let listener = try SocketListener(try .loopback(port: configuration.port))
        let task = Task {
            await accept(from: listener, maximumConnections: configuration.maximumConnections) { stream, id in
                await serve(stream, id: id, context: context, configuration: configuration, handler: handler)
            }
        }
        return LoopbackHTTPServer(
            listener: listener,
            certificateAuthorityPEM: certificate?.authorityPEM,
            task: task
        )
    }

    /// `http://127.0.0.1:PORT`, or `https://localhost:PORT`.
    public var url: String {
        certificateAuthorityPEM == nil ? "http://127.0.0.1:\(port)" : "https://localhost:\(port)"
    }

    /// Stops listening, ends all connections, cancels the handlers that run and returns when all of them have ended.
    ///
    /// Harmless when repeated. A handler that ignores cancellation delays it.
    public func stop() async {
        listener.close()
        task.cancel()
        await task.value
    }

    private static func accept(
        from listener: SocketListener,
        maximumConnections: Int,
        serve: @escaping @Sendable (SocketStream, Int) async -> Void
    ) async {
        let active = Locked(0)
        await withDiscardingTaskGroup { group in
            var lastID = 0
            while !Task.isCancelled {
                do {
                    let stream = try await listener.accept()
                    guard active.withLock({ $0 }) < maximumConnections else { continue }
                    lastID += 1
                    let id = lastID
                    active.withLock { $0 += 1 }
                    group.addTask {
                        await serve(stream, id)
                        active.withLock { $0 -= 1 }
                    }
                } catch let error as SocketError where error.code == .systemFailure {
                    // No descriptor left: one of the connections will give one back.
                    try? await SystemTime().sleep(for: .milliseconds(10))
                } catch {
                    break
                }
            }
            group.cancelAll()
        }
    }

    private static func serve(
        _ socket: SocketStream,
        id: Int,
        context: TLSContext?,
        configuration: Configuration,
        handler: Handler
    ) async {
        var stream: any ByteStream = socket
        if let context {
            let deadline = ContinuousClock.now + configuration.stallTimeout
            // A client that does not like the certificate ends the handshake: that is its affair.
            guard let secured = try? await TLSStream.open(over: socket, context: context, host: "", deadline: deadline)
            else { return }
            stream = secured
        }
        let scheme = context == nil ? "http" : "https"
        await LoopbackConnection(stream, id: id, scheme: scheme, configuration: configuration).serve(handler)
    }
}
