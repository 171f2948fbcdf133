import GroundworkCore
import GroundworkHTTP

/// What a transport makes of servers that misbehave, and of callers who lose patience.
enum TransportFaultCases {
    @Sendable static func earlyAnswer(_ context: TransportContext) async throws {
        let body = [UInt8](repeating: 1, count: 8 << 20)
        let (head, answer) = try await context.transport.collect(context.request(.put, "/early"), body: .bytes(body))
        context.expectEqual(head.status.code, 413, "the status")
        context.expectBytes(answer, Array("no".utf8), "the body of an early answer")
    }

    @Sendable static func truncated(_ context: TransportContext) async throws {
        for path in ["/truncate", "/reset"] {
            let error = await context.expectError([.invalidResponse, .connectionLost], "a body cut off by \(path)") {
                _ = try await context.transport.collect(context.request(.get, path))
            }
            context.expect(error?.isRetryable ?? true, "a GET whose answer was cut off is not retryable")
            let post = await context.expectError(
                [.invalidResponse, .connectionLost, .outcomeUnknown],
                "a POST's answer cut off by \(path)"
            ) {
                _ = try await context.transport.collect(context.request(.post, path))
            }
            context.expect(post?.isRetryable != true, "a POST whose answer was cut off is retryable")
        }
    }

    @Sendable static func unansweredPost(_ context: TransportContext) async throws {
        // The first request leaves a connection for the second to meet.
        for body in [HTTPBody?.none, .text("charge")] {
            _ = try await context.transport.collect(context.request(.get, "/"))
            let error = await context.expectError([.outcomeUnknown], "a POST without an answer") {
                _ = try await context.transport.collect(context.request(.post, "/close"), body: body)
            }
            context.expect(error?.sent == .possibly, "the error says that nothing was sent")
        }
        let posts = context.seen.filter { $0.head.method == .post }.count
        context.expectEqual(posts, 2, "how often two POST requests reached the server")
    }

    @Sendable static func timeouts(_ context: TransportContext) async throws {
        let time = SystemTime()
        var head = HTTPRequestOptions()
        head.responseHeadTimeout = .milliseconds(200)
        var total = HTTPRequestOptions()
        total.totalTimeout = .milliseconds(200)
        for (options, timeout) in [(head, HTTPTransportError.Timeout.responseHead), (total, .total)] {
            let begin = time.monotonic
            let error = await context.expectError([.timedOut], "a request without an answer") {
                _ = try await context.transport.collect(context.request(.get, "/hang"), options: options)
            }
            let took = begin.duration(to: time.monotonic)
            context.expectEqual(error?.timeout, timeout, "the time limit")
            context.expect(took >= .milliseconds(150) && took < .seconds(10), "a limit of 200 ms passed after \(took)")
        }
    }

    @Sendable static func cancellation(_ context: TransportContext) async throws {
        let time = SystemTime()
        for path in ["/hang", "/endless"] {
            let before = context.seen.count
            let task = Task {
                let response = try await context.transport.send(
                    context.request(.get, path),
                    body: nil,
                    options: HTTPRequestOptions()
                )
                var isFirst = true
                for try await _ in response.body {
                    if isFirst { try await time.sleep(for: .seconds(30)) }
                    isFirst = false
                }
            }
            context.expect(try await context.eventually { context.seen.count > before }, "the request did not arrive")
            let begin = time.monotonic
            task.cancel()
            let result = await task.result
            let took = begin.duration(to: time.monotonic)
            context.expect(took < .seconds(2), "cancelling took \(took)")
            switch result {
            case .success: context.fail("a cancelled exchange did not fail")
            case .failure(let error):
                context.expect(error is CancellationError, "cancelling threw \(error) instead of CancellationError")
            }
        }
    }

    @Sendable static func refusedConnection(_ context: TransportContext) async throws {
        await context.server.stop()
        let error = await context.expectError([.connectionFailed], "a request that nobody listens to") {
            _ = try await context.transport.collect(context.request(.post, "/"), body: .text("x"))
        }
        context.expect(error?.sent == .nothing, "the error says that something was sent")
        context.expect(error?.isRetryable ?? true, "the error is not retryable")
    }

    @Sendable static func redaction(_ context: TransportContext) async throws {
        let error = await context.expectError([.connectionLost, .outcomeUnknown], "a request without an answer") {
            _ = try await context.transport.collect(context.request(.post, "/close?signature=abracadabra"))
        }
        let text = error.map { "\($0) \($0.underlyingError.map { "\($0)" } ?? "")" } ?? ""
        context.expect(text.firstRange(of: "abracadabra") == nil, "the error shows the query: \(text)")
    }
}
