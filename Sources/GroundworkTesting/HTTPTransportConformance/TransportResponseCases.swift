import GroundworkCore
import GroundworkHTTP

/// What a transport hands back.
enum TransportResponseCases {
    private static let options = HTTPRequestOptions()

    @Sendable static func statuses(_ context: TransportContext) async throws {
        for code in [200, 201, 206, 304, 400, 401, 404, 429, 500, 503] {
            let (head, _) = try await context.transport.collect(context.request(.get, "/status/\(code)"))
            context.expectEqual(head.status.code, code, "the status")
        }
        let (moved, _) = try await context.transport.collect(context.request(.get, "/moved"))
        context.expectEqual(moved.status.code, 301, "the status of a redirect")
        context.expectEqual(moved.headerFields[.location], "/elsewhere", "the location")
        context.expectEqual(context.seen.count, 11, "the number of requests")
    }

    @Sendable static func head(_ context: TransportContext) async throws {
        let (head, _) = try await context.transport.collect(context.request(.get, "/fields"))
        let values = head.headerFields[values: conformanceField].map { String($0.prefix { $0 != " " }) }
        context.expectEqual(values, (0..<20).map(String.init), "the values of a repeated field")
        let (nothing, body) = try await context.transport.collect(context.request(.head, "/fields"))
        context.expectEqual(nothing.headerFields[values: conformanceField].count, 20, "the fields of a HEAD")
        context.expectEqual(body.count, 0, "the body of a HEAD")
    }

    @Sendable static func body(_ context: TransportContext) async throws {
        let bytes = ConformanceContext.pattern(5 << 20)
        let response = try await context.transport.send(
            context.request(.put, "/"),
            body: .bytes(bytes),
            options: options
        )
        var received: [UInt8] = []
        for try await chunk in response.body {
            context.expect(!chunk.isEmpty, "a chunk is empty")
            received += chunk
        }
        context.expectBytes(received, bytes, "the body")
    }

    @Sendable static func readTwice(_ context: TransportContext) async throws {
        let response = try await context.transport.send(
            context.request(.put, "/"),
            body: .text("hello"),
            options: options
        )
        _ = try await response.body.collect(upTo: 10)
        await context.expectError([.bodyAlreadyConsumed], "a second iteration") {
            _ = try await response.body.collect(upTo: 10)
        }
    }

    @Sendable static func drop(_ context: TransportContext) async throws {
        for _ in 0..<3 {
            _ = try await context.transport.send(context.request(.get, "/endless"), body: nil, options: options).head
        }
        let response = try await context.transport.send(context.request(.get, "/endless"), body: nil, options: options)
        for try await _ in response.body { break }
        let (_, echo) = try await context.transport.collect(context.request(.put, "/"), body: .text("next"))
        context.expectBytes(echo, Array("next".utf8), "the answer after dropped bodies")
    }

    @Sendable static func backPressure(_ context: TransportContext) async throws {
        let response = try await context.transport.send(context.request(.get, "/endless"), body: nil, options: options)
        let time = SystemTime()
        var last = -1
        var quiet = 0
        // Full buffers on the way are all that may be produced while nobody reads.
        for _ in 0..<200 where quiet < 5 {
            try await time.sleep(for: .milliseconds(20))
            let now = context.producedChunks
            quiet = now == last ? quiet + 1 : 0
            last = now
        }
        let limit = TransportContext.endlessChunks / 4
        context.expect(last < limit, "\(last) chunks of 64 KiB were taken while nobody read")
        var total = 0
        for try await chunk in response.body { total += chunk.count }
        context.expectEqual(total, TransportContext.endlessChunks << 16, "the length of the body")
    }

    private final class Recorder: HTTPBodySink {
        let bytes = Locked<[UInt8]>([])
        let events = Locked<[String]>([])
        func accept(_ head: HTTPResponse) -> Bool {
            events.withLock { $0.append("accept \(head.status.code)") }
            return true
        }
        func write(_ piece: RawSpan) {
            unsafe piece.withUnsafeBytes { piece in bytes.withLock { unsafe $0.append(contentsOf: piece) } }
        }
        func finish() { events.withLock { $0.append("finish \(bytes.withLock { $0.count })") } }
    }

    @Sendable static func sink(_ context: TransportContext) async throws {
        let bytes = ConformanceContext.pattern(5 << 20)
        let sink = Recorder()
        let response = try await context.transport.send(
            context.request(.put, "/"),
            body: .bytes(bytes),
            options: options,
            into: sink
        )
        context.expectEqual(response.head.status.code, 200, "the status")
        context.expectEqual(response.bytesWritten, Int64(bytes.count), "the bytes written")
        context.expect(response.refusedBody == nil, "a body that was accepted came back as refused")
        context.expectBytes(sink.bytes.withLock { $0 }, bytes, "the sink's bytes")
        context.expectEqual(sink.events.withLock { $0 }, ["accept 200", "finish \(bytes.count)"], "the sink's calls")
    }

    @Sendable static func refusingSink(_ context: TransportContext) async throws {
        let sink = HTTPMemorySink(limit: 0)
        let response = try await context.transport.send(
            context.request(.put, "/status/404"),
            body: .text("nothing here"),
            options: options,
            into: sink
        )
        context.expectEqual(response.head.status.code, 404, "the status")
        context.expectBytes(response.refusedBody ?? [], Array("nothing here".utf8), "the refused body")
        context.expectEqual(response.bytesWritten, 0, "the bytes written")
        var small = options
        small.maximumCollectedBytes = 3
        await context.expectError([.responseTooLarge], "a refused body over the limit") {
            _ = try await context.transport.send(
                context.request(.put, "/status/404"),
                body: .text("nothing here"),
                options: small,
                into: sink
            )
        }
    }

    @Sendable static func throwingSink(_ context: TransportContext) async throws {
        struct Full: Error {}
        let calls = Locked(0)
        let sink = HTTPClosureSink { _ in
            calls.withLock { $0 += 1 }
            throw Full()
        }
        do {
            _ = try await context.transport.send(
                context.request(.get, "/endless"),
                body: nil,
                options: options,
                into: sink
            )
            context.fail("a sink that throws did not fail")
        } catch {
            context.expect(error is Full, "\(error) is not the sink's error")
        }
        context.expectEqual(calls.withLock { $0 }, 1, "the number of calls of a sink that throws")
    }

    @Sendable static func limits(_ context: TransportContext) async throws {
        var small = options
        small.maximumHeadBytes = 1000
        await context.expectError([.responseTooLarge], "a head over the limit") {
            _ = try await context.transport.collect(context.request(.get, "/fields"), options: small)
        }
        small = options
        small.maximumBodyBytes = 9
        await context.expectError([.responseTooLarge], "a body over the limit") {
            _ = try await context.transport.collect(
                context.request(.put, "/"),
                body: .text("ten bytes."),
                options: small
            )
        }
        small.maximumBodyBytes = 10
        let (_, echo) = try await context.transport.collect(
            context.request(.put, "/"),
            body: .text("ten bytes."),
            options: small
        )
        context.expectEqual(echo.count, 10, "the length of a body at the limit")
        await context.expectError([.responseTooLarge], "a body over the limit of what is collected") {
            _ = try await context.transport.collect(context.request(.put, "/"), body: .text("ten bytes."), upTo: 9)
        }
    }
}
