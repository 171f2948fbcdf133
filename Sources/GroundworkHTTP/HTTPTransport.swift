public import HTTPTypes

/// A type that sends one HTTP request and streams one response.
///
/// That is its whole job. It does **not** retry, follow redirects, sign, decode content or read meaning into a status
/// code: 404 and 500 are responses, not errors. Errors are ``HTTPTransportError`` (or `CancellationError` when the
/// task was cancelled), and say whether anything can have reached the server.
///
/// ### Write a transport
/// Implement one method. The other, which feeds a sink, has a default that loops over the first's body; override it
/// only if you can hand over bytes without an `await` for each chunk.
///
///     struct CannedTransport: HTTPTransport {
///         var answers: [String: String]
///
///         func send(
///             _ request: HTTPRequest, body: HTTPBody?, options: HTTPRequestOptions
///         ) async throws -> HTTPStreamedResponse {
///             try Task.checkCancellation()
///             if let body {
///                 var sent: Int64 = 0
///                 for try await chunk in try body.chunks() { sent += Int64(chunk.count) }
///                 if let declared = body.length, declared != sent {
///                     throw HTTPTransportError(
///                         .bodyLengthMismatch, "The body had \(sent) bytes, not \(declared).", request: request)
///                 }
///             }
///             guard let answer = answers[request.path ?? "/"] else {
///                 return HTTPStreamedResponse(head: HTTPResponse(status: .notFound), body: .empty)
///             }
///             return HTTPStreamedResponse(head: HTTPResponse(status: .ok), body: HTTPResponseBody(bytes: Array(answer.utf8)))
///         }
///     }
///
/// Then run `HTTPTransportConformance` of `GroundworkTesting` on it: it checks every promise made here.
///
/// ### What a conformer promises
/// - `scheme`, `authority` and `path` of the request are sent byte for byte: `/a//b/../c%2F` stays what it is.
/// - A body whose bytes do not match its declared length ends in ``HTTPTransportError/Code/bodyLengthMismatch``.
/// - The time limits of ``HTTPRequestOptions`` hold, and cancelling the task ends the exchange promptly.
/// - The response body is read only as fast as it is consumed; dropping it unread ends the exchange.
public protocol HTTPTransport: Sendable {
    /// Sends a request and returns as soon as the head of the response is there; its body streams.
    /// - Throws: ``HTTPTransportError``, or `CancellationError`.
    func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions
    ) async throws -> HTTPStreamedResponse

    /// Sends a request and writes the response's body into `sink`; returns when all of it is written.
    ///
    /// A sink can refuse a response by its head (an error page is no download): then the body is collected, up to
    /// ``HTTPRequestOptions/maximumCollectedBytes``, and returned with the head.
    /// - Throws: ``HTTPTransportError``, `CancellationError`, or what the sink throws.
    func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions,
        into sink: any HTTPBodySink
    ) async throws -> HTTPSinkResponse
}

extension HTTPTransport {
    /// The default: reads the streamed body chunk by chunk.
    public func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions,
        into sink: any HTTPBodySink
    ) async throws -> HTTPSinkResponse {
        let response = try await send(request, body: body, options: options)
        guard try sink.accept(response.head) else {
            let bytes = try await response.body.collect(upTo: options.maximumCollectedBytes)
            return HTTPSinkResponse(head: response.head, refusedBody: bytes, bytesWritten: 0)
        }
        var written: Int64 = 0
        for try await chunk in response.body {
            try unsafe sink.write(chunk.span.bytes)
            written += Int64(chunk.count)
        }
        try sink.finish()
        return HTTPSinkResponse(head: response.head, refusedBody: nil, bytesWritten: written)
    }

    /// Sends a request and collects the body of the response.
    /// - Parameters:
    ///   - request: the request's head.
    ///   - body: the request's body; nil for none.
    ///   - options: time limits, limits on size, and whether the request may be repeated.
    ///   - limit: the most bytes that are held; nil takes it from `options`.
    /// - Throws: ``HTTPTransportError`` with ``HTTPTransportError/Code/responseTooLarge`` beyond the limit.
    public func collect(
        _ request: HTTPRequest,
        body: HTTPBody? = nil,
        options: HTTPRequestOptions = HTTPRequestOptions(),
        upTo limit: Int? = nil
    ) async throws -> (head: HTTPResponse, body: [UInt8]) {
        let response = try await send(request, body: body, options: options)
        return (response.head, try await response.body.collect(upTo: limit ?? options.maximumCollectedBytes))
    }
}

/// What both ways of sending return: at least a head.
public protocol HTTPExchange: Sendable {
    /// Status and header fields.
    var head: HTTPResponse { get }
}

/// A response whose body streams.
public struct HTTPStreamedResponse: HTTPExchange {
    /// Status and header fields.
    public var head: HTTPResponse
    /// The body, to be read once.
    public var body: HTTPResponseBody

    /// Pairs a head with a body.
    public init(head: HTTPResponse, body: HTTPResponseBody) {
        self.head = head
        self.body = body
    }
}

/// A response whose body went into a sink.
public struct HTTPSinkResponse: HTTPExchange {
    /// Status and header fields.
    public var head: HTTPResponse
    /// The body of a response that the sink refused; nil when it was accepted.
    public var refusedBody: [UInt8]?
    /// How many bytes the sink took.
    public var bytesWritten: Int64

    /// Pairs a head with the fate of its body.
    public init(head: HTTPResponse, refusedBody: [UInt8]?, bytesWritten: Int64) {
        self.head = head
        self.refusedBody = refusedBody
        self.bytesWritten = bytesWritten
    }
}
