import GroundworkCore
import GroundworkSockets
import HTTPTypes

/// One connection of a server: reads requests, calls the handler, sends its answers.
final class LoopbackConnection: Sendable {
    private struct State {
        /// Nil while somebody reads.
        var parser: HTTP1RequestParser?
        /// Whether the request under way was read to its end.
        var isComplete = false
        /// Whether the handler may read the body.
        var isBodyOpen = false
        var owesContinue = false
    }

    static let smallRead = 16 * 1024
    static let largeRead = 256 * 1024

    let stream: any ByteStream
    let id: Int
    let configuration: LoopbackHTTPServer.Configuration
    private let scheme: String
    private let state: Locked<State>

    init(_ stream: any ByteStream, id: Int, scheme: String, configuration: LoopbackHTTPServer.Configuration) {
        var limits = HTTP1RequestParser.Limits()
        limits.headBytes = configuration.maximumHeadBytes
        // `HTTPFields` ends the process beyond 65,535 fields.
        limits.fieldCount = min(configuration.maximumFieldCount, 10_000)
        self.stream = stream
        self.id = id
        self.scheme = scheme
        self.configuration = configuration
        state = Locked(State(parser: HTTP1RequestParser(limits: limits)))
    }

    var stallDeadline: ContinuousClock.Instant { .now + configuration.stallTimeout }

    /// Serves requests until either side has enough.
    func serve(_ handler: LoopbackHTTPServer.Handler) async {
        defer { stream.close() }
        do {
            while let head = try await nextHead() {
                guard try await answer(head, handler) else { return await linger() }
            }
        } catch let error as HTTP1ParsingError {
            var response = LoopbackResponse(status: .init(code: error.status), body: .text("\(error)\n"))
            response.headerFields[.contentType] = "text/plain"
            let writer = LoopbackResponseWriter(self, request: HTTP1RequestHead(), keepsAlive: false)
            _ = try? await writer.send(response)
            await linger()
        } catch {
            // The client went away, was too slow, or the server stops: nobody is left to tell.
        }
    }

    /// Calls the handler and sends what it returns; whether another request may follow.
    private func answer(_ head: HTTP1RequestHead, _ handler: LoopbackHTTPServer.Handler) async throws -> Bool {
        state.withLock { state in
            state.isBodyOpen = true
            state.owesContinue = head.expectsContinue
        }
        let response = await response(to: head, handler)
        let isReusable = state.withLock { state in
            state.isBodyOpen = false
            // What is still to come of the body would be taken for a request, unless it is little and is read now.
            guard let remaining = state.parser?.remainingBody, !state.owesContinue else { return false }
            return remaining <= Int64(Self.largeRead)
        }
        try Task.checkCancellation()
        let writer = LoopbackResponseWriter(self, request: head, keepsAlive: head.keepsAlive && isReusable)
        guard try await writer.send(response) else { return false }
        while !state.withLock({ $0.isComplete }) {
            guard try await nextEvent(deadline: stallDeadline) != nil else { return false }
        }
        return true
    }

    private func response(to head: HTTP1RequestHead, _ handler: LoopbackHTTPServer.Handler) async -> LoopbackResponse {
        do {
            let length: Int64? = if case .length(let length) = head.framing { length } else { nil }
            let body = LoopbackRequestBody(length: length, connection: self)
            let request = LoopbackRequest(head: try head.request(scheme: scheme), body: body, connectionID: id)
            return try await handler(request)
        } catch let error as LoopbackRequestError {
            return LoopbackResponse(status: error.status, body: .text("\(error)\n"))
        } catch let error as HTTP1ParsingError {
            return LoopbackResponse(status: .init(code: error.status), body: .text("\(error)\n"))
        } catch {
            return LoopbackResponse(status: .internalServerError, body: .text("The handler threw: \(error)\n"))
        }
    }

    /// The next request's head; nil when the client closed the connection between two requests.
    private func nextHead() async throws -> HTTP1RequestHead? {
        let deadline = ContinuousClock.now + configuration.idleTimeout
        guard let event = try await nextEvent(deadline: deadline) else { return nil }
        guard case .head(let head) = event else { throw HTTP1ParsingError(500, "the reader is out of step") }
        return head
    }

    /// The next piece of the body that the handler reads.
    func nextBodyChunk() async throws -> [UInt8]? {
        let owesContinue = try state.withLock { state throws(LoopbackRequestError) in
            guard state.isBodyOpen, !state.isComplete else { return false }
            guard state.parser != nil else {
                throw LoopbackRequestError(.internalServerError, "Two tasks read the body at once.")
            }
            defer { state.owesContinue = false }
            return state.owesContinue
        }
        guard state.withLock({ $0.isBodyOpen && !$0.isComplete }) else { return nil }
        if owesContinue {
            try await stream.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), deadline: stallDeadline)
        }
        switch try await nextEvent(deadline: stallDeadline) {
        case .body(let bytes): return bytes
        case .end: return nil
        case .head, nil: throw LoopbackRequestError(.badRequest, "The client ended the connection within the body.")
        }
    }

    /// Reads up to the next event; nil when the client has closed the connection.
    private func nextEvent(deadline: ContinuousClock.Instant) async throws -> HTTP1RequestParser.Event? {
        guard var parser = state.withLock({ $0.parser.take() }) else {
            throw LoopbackRequestError(.internalServerError, "Two tasks read the connection at once.")
        }
        defer { state.withLock { $0.parser = parser } }
        while true {
            if let event = try parser.next() {
                state.withLock { $0.isComplete = event == .end }
                return event
            }
            let isLong = (parser.remainingBody ?? .max) > Int64(Self.smallRead)
            let bytes = try await stream.read(upTo: isLong ? Self.largeRead : Self.smallRead, deadline: deadline)
            if bytes.isEmpty {
                guard parser.isInsideRequest else { return nil }
                throw LoopbackRequestError(.badRequest, "The client ended the connection within a request.")
            }
            parser.feed(bytes)
        }
    }

    /// Ends the connection so that the client gets the whole answer: with bytes of its own unread, closing at once
    /// would reset the connection and could destroy the answer on its way.
    private func linger() async {
        let deadline = ContinuousClock.now + configuration.lingerTimeout
        do {
            try await stream.closeWrite(deadline: deadline)
            while try await !stream.read(upTo: Self.largeRead, deadline: deadline).isEmpty {
                if deadline <= .now { return }
            }
        } catch {
            // The client was faster.
        }
    }
}

extension HTTP1RequestHead {
    /// The head in the terms of swift-http-types.
    func request(scheme: String) throws -> HTTPRequest {
        guard let method = HTTPRequest.Method(method) else { throw HTTP1ParsingError(400, "the method is no token") }
        let host = values(of: "host").first.map { String(decoding: $0, as: UTF8.self) }
        var headerFields = HTTPFields()
        for field in fields {
            guard let name = HTTPField.Name(field.name) else {
                throw HTTP1ParsingError(400, "a header field has no valid name")
            }
            headerFields.append(HTTPField(name: name, value: field.value))
        }
        return HTTPRequest(
            method: method,
            scheme: scheme,
            authority: host,
            path: target,
            headerFields: headerFields
        )
    }
}
