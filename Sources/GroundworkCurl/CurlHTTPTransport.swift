public import GroundworkHTTP

/// A transport on libcurl, driven by one thread of its own.
///
/// It streams both ways with back-pressure, keeps connections and reuses them within limits, speaks HTTP/1.1 and
/// HTTP/2, and verifies TLS always. It follows no redirect, decodes no content, and sends the request's target byte for
/// byte. Bodies in memory and files are sent, and sinks are fed, from the engine's thread without a task in between.
///
///     let transport = CurlHTTPTransport.shared
///     let request = HTTPRequest(method: .get, scheme: "https", authority: "example.com", path: "/")
///     let (head, body) = try await transport.collect(request)
///
/// ``shared`` suits most programs. A transport of one's own has its own connections and configuration; its thread
/// starts with the first request and ends after ``shutdown()``, or when the transport and its exchanges are gone.
public final class CurlHTTPTransport: HTTPTransport {
    /// The transport of the process, with the default configuration. It needs no shutdown.
    public static let shared = CurlHTTPTransport()

    private let proxies: ProxyRules
    private let engine: CurlEngine

    /// Makes a transport. Nothing happens before the first request.
    public init(configuration: Configuration = Configuration()) {
        proxies = ProxyRules(configuration.proxy)
        engine = CurlEngine(configuration)
    }

    /// Sends a request and returns as soon as the head of the response is there; its body streams.
    /// - Throws: `HTTPTransportError`, or `CancellationError`.
    public func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions
    ) async throws -> HTTPStreamedResponse {
        let exchange = try await begin(request, body: body, options: options, sink: nil)
        let head = try await exchange.head()
        return HTTPStreamedResponse(
            head: head,
            body: HTTPResponseBody(next: { try await exchange.nextChunk() }, abandon: { exchange.cancel() })
        )
    }

    /// Sends a request and writes the response's body into `sink`, on the engine's thread as the bytes arrive.
    ///
    /// The sink's `accept` and `write` hold up all exchanges of this transport while they run.
    /// - Throws: `HTTPTransportError`, `CancellationError`, or what the sink throws.
    public func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions,
        into sink: any HTTPBodySink
    ) async throws -> HTTPSinkResponse {
        let exchange = try await begin(request, body: body, options: options, sink: sink)
        let result = try await exchange.end()
        if result.refusedBody == nil { try sink.finish() }
        return HTTPSinkResponse(
            head: result.head,
            refusedBody: result.refusedBody,
            bytesWritten: result.bytesWritten
        )
    }

    /// Ends all exchanges with `HTTPTransportError.Code.shutDown` and closes all connections.
    ///
    /// Returns once the thread has ended its work. Further calls wait for the same end; further requests are refused.
    public func shutdown() async {
        await engine.shutDown()
    }

    private func begin(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions,
        sink: (any HTTPBodySink)?
    ) async throws -> Exchange {
        options.probe?.connectingBegins()
        try Task.checkCancellation()
        let mailbox = try engine.mailbox(for: request)
        var chunks: HTTPBody.Chunks?
        let upload: PreparedRequest.Upload
        switch body?.source {
        case nil: upload = .none
        case .bytes(let bytes):
            upload = .bytes(UploadBytes(bytes), length: bytes.reduce(0) { $0 + Int64($1.count) })
        case .file(let range): upload = .file(range)
        case .sequence(let make):
            upload = .stream(UploadQueue(highWaterMark: engine.settings.highWaterMark), length: body?.length)
            chunks = try make()
        }
        let prepared = try PreparedRequest(
            request,
            upload: upload,
            hasBody: body != nil,
            options: options,
            configuration: engine.settings.configuration,
            proxies: proxies
        )
        // libcurl asks an empty body for nothing, so nobody would notice bytes that should not be there.
        if body?.length == 0, let empty = chunks {
            for try await chunk in empty where !chunk.isEmpty {
                throw CurlFailure.bodySource(UploadQueue.mismatch("more than 0", 0), prepared)
            }
            chunks = nil
        }
        let exchange = Exchange(prepared, sink: sink, highWaterMark: engine.settings.highWaterMark, mailbox: mailbox)
        exchange.start(chunks)
        return exchange
    }
}
