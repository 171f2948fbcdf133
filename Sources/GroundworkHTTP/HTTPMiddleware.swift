public import HTTPTypes

/// A step between a caller and a transport: it may change the request, look at the response, or refuse.
///
/// It is called for both ways of sending, and must call `next` at most once: a middleware is no retry.
///
///     struct Tracing: HTTPMiddleware {
///         func intercept<Response: HTTPExchange>(
///             _ request: HTTPRequest, body: HTTPBody?, options: HTTPRequestOptions,
///             next: (HTTPRequest, HTTPBody?, HTTPRequestOptions) async throws -> Response
///         ) async throws -> Response {
///             var request = request
///             request.headerFields[.traceparent] = Trace.current.header
///             return try await next(request, body, options)
///         }
///     }
public protocol HTTPMiddleware: Sendable {
    /// Handles one request.
    func intercept<Response: HTTPExchange>(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions,
        next: (HTTPRequest, HTTPBody?, HTTPRequestOptions) async throws -> Response
    ) async throws -> Response
}

extension HTTPTransport {
    /// This transport behind middlewares; the first one sees the request first.
    public func with(_ middlewares: any HTTPMiddleware...) -> any HTTPTransport {
        middlewares.reversed().reduce(self as any HTTPTransport) { InterceptedTransport(base: $0, middleware: $1) }
    }
}

struct InterceptedTransport: HTTPTransport {
    let base: any HTTPTransport
    let middleware: any HTTPMiddleware

    func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions
    ) async throws -> HTTPStreamedResponse {
        try await middleware.intercept(request, body: body, options: options) {
            try await base.send($0, body: $1, options: $2)
        }
    }

    func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions,
        into sink: any HTTPBodySink
    ) async throws -> HTTPSinkResponse {
        try await middleware.intercept(request, body: body, options: options) {
            try await base.send($0, body: $1, options: $2, into: sink)
        }
    }
}
