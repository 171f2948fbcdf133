import GroundworkCore
import GroundworkHTTP
import GroundworkTesting
import Testing

@Suite struct HTTPMiddlewareTests {
    struct Mark: HTTPMiddleware {
        let text: String

        func intercept<Response: HTTPExchange>(
            _ request: HTTPRequest,
            body: HTTPBody?,
            options: HTTPRequestOptions,
            next: (HTTPRequest, HTTPBody?, HTTPRequestOptions) async throws -> Response
        ) async throws -> Response {
            var request = request
            request.path = (request.path ?? "") + text
            return try await next(request, body, options)
        }
    }

    struct Refuse: HTTPMiddleware {
        struct Refusal: Error {}

        func intercept<Response: HTTPExchange>(
            _ request: HTTPRequest,
            body: HTTPBody?,
            options: HTTPRequestOptions,
            next: (HTTPRequest, HTTPBody?, HTTPRequestOptions) async throws -> Response
        ) async throws -> Response {
            throw Refusal()
        }
    }

    private let request = HTTPRequest(method: .get, scheme: "http", authority: "h", path: "/")

    @Test func theFirstSeesTheRequestFirstOnBothWays() async throws {
        let script = ScriptedHTTPTransport([.respond(.ok, to: .get, "/ab"), .respond(.ok, to: .get, "/ab")])
        let transport = script.with(Mark(text: "a"), Mark(text: "b"))
        _ = try await transport.collect(request)
        _ = try await transport.send(request, body: nil, options: .init(), into: HTTPMemorySink(limit: 1))
        try script.verify()
    }

    @Test func oneMayRefuse() async throws {
        let script = ScriptedHTTPTransport([])
        let transport = script.with(Refuse(), Mark(text: "a"))
        await #expect(throws: Refuse.Refusal.self) { try await transport.collect(request) }
        #expect(script.requests.isEmpty)
    }
}
