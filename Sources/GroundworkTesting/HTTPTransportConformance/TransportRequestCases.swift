import FoundationEssentials
import GroundworkCore
import GroundworkHTTP

/// What a transport sends.
enum TransportRequestCases {
    @Sendable static func target(_ context: TransportContext) async throws {
        let paths = [
            "/a//b", "/a/../b", "/./x", "/a%2Fb%20c+d", "/a?b=/../c&d=%2e", "/a?", "//x", "/%F0%9F%98%80",
            "/;=,@!$'()*",
        ]
        for path in paths {
            _ = try await context.transport.collect(context.request(.get, path))
        }
        context.expectEqual(context.seen.map { $0.head.path ?? "" }, paths, "the list of targets")
    }

    @Sendable static func head(_ context: TransportContext) async throws {
        for method in [HTTPRequest.Method.get, .post, .put, .delete, .patch, .head, .options] {
            let fields: HTTPFields = [conformanceField: "a, b;c=\"d\"", .contentType: "text/x; q=1"]
            _ = try await context.transport.collect(context.request(method, "/", fields: fields))
            let last = context.seen.last
            context.expectEqual(last?.head.method, method, "the method")
            context.expectEqual(last?.head.headerFields[conformanceField], "a, b;c=\"d\"", "the field of \(method)")
            context.expectEqual(last?.head.headerFields[.contentType], "text/x; q=1", "the content type of \(method)")
        }
        context.expectEqual(context.seen.count, 7, "the number of requests")
    }

    @Sendable static func bodies(_ context: TransportContext) async throws {
        let bytes = ConformanceContext.pattern(3 << 20)
        func check(_ body: HTTPBody, _ what: String) async throws {
            let (head, echo) = try await context.transport.collect(context.request(.put, "/"), body: body)
            context.expectEqual(head.status.code, 200, "the status after \(what)")
            context.expectBytes(context.seen.last?.body ?? [], bytes, "\(what) at the server")
            context.expectBytes(echo, bytes, "the echo of \(what)")
        }
        try await check(.bytes(bytes), "bytes")
        try await check(.bytes([Array(bytes[..<5]), [], Array(bytes[5...])]), "bytes in pieces")
        for chunk in [1000, 300_000] {
            try await check(.stream(length: Int64(bytes.count), ChunkSource.of(bytes, chunk: chunk)), "a stream")
            try await check(.stream(length: nil, ChunkSource.of(bytes, chunk: chunk)), "a stream of unknown length")
        }
        try await check(.replayable(length: nil) { ChunkSource.of(bytes, chunk: 65536) }, "a replayable stream")
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/body"
            try Data([1, 2, 3] + bytes + [4]).write(to: URL(filePath: path))
            try await check(.file(path, offset: 3, length: Int64(bytes.count)), "a range of a file")
        }
    }

    @Sendable static func emptyBody(_ context: TransportContext) async throws {
        let bodies: [HTTPBody] = [
            .text(""), .stream(length: 0, ChunkSource { _ in nil }), .stream(length: nil, ChunkSource { _ in nil }),
        ]
        for body in bodies {
            let (head, echo) = try await context.transport.collect(context.request(.put, "/"), body: body)
            context.expectEqual(head.status.code, 200, "the status")
            context.expectEqual(echo.count, 0, "the length of the echo")
            context.expect(context.seen.last?.isWhole == true, "the body did not come to its end")
        }
        context.expectEqual(context.seen.first?.head.headerFields[.contentLength], "0", "the declared length")
    }

    @Sendable static func wrongLength(_ context: TransportContext) async throws {
        for (count, declared) in [(5, 6), (7, 6), (0, 6), (6, 0), (500_000, 400_000), (400_000, 500_000)] {
            await context.expectError([.bodyLengthMismatch], "\(count) bytes declared as \(declared)") {
                let bytes = [UInt8](repeating: 1, count: count)
                _ = try await context.transport.collect(
                    context.request(.put, "/"),
                    body: .stream(length: Int64(declared), ChunkSource.of(bytes, chunk: max(1, count / 3)))
                )
            }
        }
        context.expect(!context.seen.contains(where: \.isWhole), "the server got a whole body of the wrong length")
    }

    @Sendable static func throwingBody(_ context: TransportContext) async throws {
        struct Broken: Error {}
        do {
            _ = try await context.transport.collect(
                context.request(.put, "/"),
                body: .stream(
                    length: nil,
                    ChunkSource { index in
                        if index == 3 { throw Broken() }
                        return [1, 2, 3]
                    }
                )
            )
            context.fail("a body that throws did not fail")
        } catch let error as HTTPTransportError {
            context.expect(error.underlyingError is Broken, "the body's own error is not below \(error)")
        } catch {
            context.expect(error is Broken, "\(error) is not the body's error")
        }
        context.expect(!context.seen.contains(where: \.isWhole), "the server got a whole body")
    }

    @Sendable static func usedBody(_ context: TransportContext) async throws {
        let body = HTTPBody.stream(length: 3, ChunkSource.of([1, 2, 3], chunk: 3))
        _ = try await context.transport.collect(context.request(.put, "/"), body: body)
        await context.expectError([.bodyAlreadyConsumed], "a used body") {
            _ = try await context.transport.collect(context.request(.put, "/"), body: body)
        }
    }

    @Sendable static func parallel(_ context: TransportContext) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<32 {
                group.addTask {
                    let bytes = ConformanceContext.pattern(10_000, seed: UInt64(index))
                    let (_, echo) = try await context.transport.collect(
                        context.request(.post, "/\(index)"),
                        body: .bytes(bytes)
                    )
                    context.expectBytes(echo, bytes, "answer \(index)")
                }
            }
            try await group.waitForAll()
        }
    }
}
