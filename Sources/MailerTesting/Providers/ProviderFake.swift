import FoundationEssentials
import GroundworkCore
import GroundworkHTTP
import GroundworkTesting
import HTTPTypes

/// What both loopback providers have: a server, a plan of faults, a rate limit, and the mails that were taken.
final class ProviderFake: Sendable {
    /// What a request is answered with.
    struct Answer: Sendable {
        var status: Int
        var fields = HTTPFields()
        var body = ""

        init(_ status: Int, _ body: String = "", fields: HTTPFields = HTTPFields()) {
            self.status = status
            self.body = body
            self.fields = fields
        }
    }

    /// A request with its body read.
    struct Call: Sendable {
        var method: HTTPRequest.Method
        var path: String
        var query: String
        var fields: HTTPFields
        var body: [UInt8]
    }

    struct RateLimit: Sendable {
        var limit: Int
        var window: Duration
    }

    private struct State {
        var faults: [LoopbackProviderFault] = []
        var rate: RateLimit?
        var used = 0
        var windowEnd: ContinuousClock.Instant?
        var calls: [(method: String, path: String)] = []
        var userAgents: [String?] = []
    }

    private let state = Locked(State())
    private let time: any TimeSource
    private let server = Locked<LoopbackHTTPServer?>(nil)
    let url = Locked("")
    /// The form of an error.
    private let error: @Sendable (Int, String, String) -> Answer
    /// The names of the rate limit's fields, and whether the reset is a Unix time.
    private let rateFields: (prefix: String, isUnixTime: Bool)

    init(
        time: any TimeSource,
        rateFields: (prefix: String, isUnixTime: Bool),
        error: @escaping @Sendable (Int, String, String) -> Answer
    ) {
        self.time = time
        self.rateFields = rateFields
        self.error = error
    }

    func start(_ handle: @escaping @Sendable (Call) async -> Answer) async throws {
        let server = try await LoopbackHTTPServer.start { [self] request in
            let target = request.head.path ?? "/"
            let path = String(target.prefix { $0 != "?" })
            let call = Call(
                method: request.head.method,
                path: path,
                query: String(target.dropFirst(path.count + 1)),
                fields: request.head.headerFields,
                body: try await request.body.collect(upTo: 64 << 20)
            )
            return try await answer(call, handle)
        }
        url.withLock { $0 = server.url }
        self.server.withLock { $0 = server }
    }

    func stop() async { await server.withLock { $0 }?.stop() }

    func plan(_ faults: [LoopbackProviderFault]) { state.withLock { $0.faults += faults } }

    func limitRate(_ rate: RateLimit?) {
        state.withLock {
            $0.rate = rate
            $0.used = 0
            $0.windowEnd = nil
        }
    }

    var calls: [(method: String, path: String)] { state.withLock { $0.calls } }
    var pendingFaults: Int { state.withLock { $0.faults.count } }

    private func answer(_ call: Call, _ handle: @Sendable (Call) async -> Answer) async throws -> LoopbackResponse {
        let fault = state.withLock { state -> LoopbackProviderFault? in
            state.calls.append((call.method.rawValue, call.path))
            return state.faults.isEmpty ? nil : state.faults.removeFirst()
        }
        // Cloudflare stands before Resend and refuses clients without a name; SendGrid takes them, but no test should.
        guard call.fields[.userAgent]?.isEmpty == false else {
            return response(Answer(403, "error code: 1010", fields: [.contentType: "text/plain"]))
        }
        let rate = useRate()
        if rate.isExceeded, fault == nil {
            var answer = error(429, "rate_limit_exceeded", "Too many requests.")
            for field in rate.fields { answer.fields.append(field) }
            answer.fields[.retryAfter] = String(rate.reset)
            return response(answer)
        }
        var result = try await perform(fault, call, handle)
        for field in rate.fields { result.headerFields.append(field) }
        return result
    }

    private func perform(
        _ fault: LoopbackProviderFault?,
        _ call: Call,
        _ handle: @Sendable (Call) async -> Answer
    ) async throws -> LoopbackResponse {
        switch fault?.base {
        case nil: return response(await handle(call))
        case .error(let status, let name, let message, let retryAfter):
            var answer = error(status, name, message)
            if let retryAfter { answer.fields[.retryAfter] = retryAfter }
            return response(answer)
        case .errorAfterWork(let status):
            _ = await handle(call)
            return response(error(status, "application_error", "Injected."))
        case .html(let status):
            let page = "<!doctype html><title>Gateway</title><p>Please sign in to the network.</p>"
            return response(Answer(status, page, fields: [.contentType: "text/html"]))
        case .errorInsideSuccess(let name, let message):
            var answer = error(422, name, message)
            answer.status = 200
            return response(answer)
        case .emptySuccess(let status): return response(Answer(status))
        case .truncatedAnswer:
            var result = response(await handle(call))
            result.fault = .truncateBody(afterBytes: 5)
            return result
        case .closeBeforeWork, .closeAfterWork:
            var result = LoopbackResponse(status: .ok)
            if case .closeAfterWork? = fault?.base { result = response(await handle(call)) }
            result.fault = .closeWithoutAnswer
            return result
        case .hang:
            var result = LoopbackResponse(status: .ok)
            result.fault = .hang
            return result
        case .delay(let duration):
            let answer = await handle(call)
            try await time.sleep(for: duration)
            return response(answer)
        case .hugeAnswer(let count):
            var answer = await handle(call)
            answer.body = String(repeating: " ", count: count) + answer.body
            return response(answer)
        }
    }

    private func response(_ answer: Answer) -> LoopbackResponse {
        var fields = answer.fields
        if fields[.contentType] == nil, !answer.body.isEmpty {
            fields[.contentType] = "application/json; charset=utf-8"
        }
        return LoopbackResponse(
            status: .init(code: answer.status),
            headerFields: fields,
            body: answer.body.isEmpty ? .empty : .text(answer.body)
        )
    }

    private func useRate() -> (isExceeded: Bool, reset: Int, fields: [HTTPField]) {
        let now = time.monotonic
        let (used, rate, end) = state.withLock { state -> (Int, RateLimit?, ContinuousClock.Instant) in
            guard let rate = state.rate else { return (0, nil, now) }
            let end: ContinuousClock.Instant
            if let running = state.windowEnd, running > now {
                end = running
                state.used += 1
            } else {
                end = now + rate.window
                state.windowEnd = end
                state.used = 1
            }
            return (state.used, rate, end)
        }
        guard let rate else { return (false, 0, []) }
        let reset = Int(now.duration(to: end).seconds.rounded(.up))
        let shown = rateFields.isUnixTime ? Int(time.now.timeIntervalSince1970.rounded(.up)) + reset : reset
        let values = [("limit", rate.limit), ("remaining", max(0, rate.limit - used)), ("reset", shown)]
        let fields = values.compactMap { name, value in
            HTTPField.Name("\(rateFields.prefix)\(name)").map { HTTPField(name: $0, value: String(value)) }
        }
        return (used > rate.limit, reset, fields)
    }
}
