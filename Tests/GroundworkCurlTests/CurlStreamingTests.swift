import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import GroundworkTesting
import Testing

@Suite struct CurlStreamingTests {
    private static let block = [UInt8]((0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) })

    /// Whether `chunk` is what stands at an offset of the block, repeated without end.
    private static func isRepeatedBlock(_ chunk: [UInt8], at offset: Int) -> Bool {
        var done = 0
        while done < chunk.count {
            let start = (offset + done) % block.count
            let count = min(chunk.count - done, block.count - start)
            let isSame = chunk.withUnsafeBytes { mine in
                block.withUnsafeBytes { its in
                    guard let mine = mine.baseAddress, let its = its.baseAddress else { return false }
                    return memcmp(mine + done, its + start, count) == 0
                }
            }
            if !isSame { return false }
            done += count
        }
        return true
    }

    /// Answers every request with `megabytes` times the block.
    private static func serve(_ megabytes: Int) -> @Sendable (RawConnection) -> Void {
        { connection in
            while connection.readHead() != nil {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(megabytes << 20)\r\n\r\n")
                for _ in 0..<megabytes where !connection.write(block) { return }
            }
        }
    }

    @Test func aSlowReaderPausesTheServer() async throws {
        let written = Locked(0)
        try await withServer({ connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(256 << 20)\r\n\r\n")
            for _ in 0..<256 where connection.write(Self.block) { written.withLock { $0 += 1 } }
        }) { server in
            try await withTransport { transport in
                let response = try await transport.send(request(.get, server.authority), body: nil, options: .init())
                // The server stands still once the transport's and the system's buffers are full.
                let last = await steady { written.withLock { $0 } }
                #expect(last > 0 && last < 32)
                var total = 0
                var isSame = true
                for try await chunk in response.body {
                    isSame = isSame && Self.isRepeatedBlock(chunk, at: total)
                    total += chunk.count
                }
                #expect(total == 256 << 20)
                #expect(isSame)
            }
        }
    }

    @Test func aSlowServerPausesTheProducer() async throws {
        let go = Locked(false)
        let made = Locked(0)
        try await withServer({ connection in
            _ = connection.readHead()
            while !go.withLock({ $0 }) { usleep(1000) }
            connection.answer(String(connection.readBody(64 << 20).count))
        }) { server in
            try await withTransport { transport in
                let body = HTTPBody.stream(
                    length: 64 << 20,
                    Chunks { index in
                        guard index < 64 else { return nil }
                        made.withLock { $0 += 1 }
                        return Self.block
                    }
                )
                async let answer = transport.collect(request(.put, server.authority), body: body)
                let last = await steady { made.withLock { $0 } }
                #expect(last > 0 && last < 24)
                go.withLock { $0 = true }
                let count = try await answer.body
                #expect(String(decoding: count, as: UTF8.self) == "\(64 << 20)")
            }
        }
    }

    @Test func chunksAreJoined() async throws {
        try await withServer(Self.serve(32)) { server in
            try await withTransport { transport in
                let response = try await transport.send(request(.get, server.authority), body: nil, options: .init())
                var sizes: [Int] = []
                for try await chunk in response.body { sizes.append(chunk.count) }
                #expect(sizes.reduce(0, +) == 32 << 20)
                #expect(sizes.allSatisfy { $0 <= 256 * 1024 + 16 * 1024 })
            }
        }
    }

    @Test func aFileGoesUpAndComesDown() async throws {
        try await withServer({ connection in
            while let head = connection.readHead() {
                if head.hasPrefix("PUT") {
                    let body = connection.readBody(3_000_000)
                    connection.answer(
                        body == Array(Self.block[10...] + Self.block + Self.block).prefix(3_000_000).map { $0 }
                            ? "same" : "other"
                    )
                } else {
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(Self.block.count)\r\n\r\n")
                    connection.write(Self.block)
                }
            }
        }) { server in
            try await withTransport { transport in
                try await withTemporaryDirectory { directory in
                    let source = "\(directory)/source"
                    try Data(Self.block + Self.block + Self.block).write(to: URL(filePath: source))
                    let (_, answer) = try await transport.collect(
                        request(.put, server.authority),
                        body: .file(source, offset: 10, length: 3_000_000)
                    )
                    #expect(String(decoding: answer, as: UTF8.self) == "same")
                    let sink = try HTTPFileSink(path: "\(directory)/target", offset: 3)
                    let result = try await transport.send(
                        request(.get, server.authority),
                        body: nil,
                        options: .init(),
                        into: sink
                    )
                    #expect(result.bytesWritten == Int64(Self.block.count))
                    let isWhole =
                        try Array(Data(contentsOf: URL(filePath: "\(directory)/target"))) == [0, 0, 0] + Self.block
                    #expect(isWhole)
                }
            }
        }
    }

    @Test func aRefusedResponseComesBackCollected() async throws {
        try await withServer({ connection in
            while connection.readHead() != nil { connection.answer("no such thing", status: "404 Not Found") }
        }) { server in
            try await withTransport { transport in
                let sink = HTTPMemorySink(limit: 100)
                let result = try await transport.send(
                    request(.get, server.authority),
                    body: nil,
                    options: .init(),
                    into: sink
                )
                #expect(result.head.status == .notFound)
                #expect(result.refusedBody == Array("no such thing".utf8))
                #expect(sink.bytes.isEmpty)
                var options = HTTPRequestOptions()
                options.maximumCollectedBytes = 5
                let error = await transportError {
                    _ = try await transport.send(
                        request(.get, server.authority),
                        body: nil,
                        options: options,
                        into: sink
                    )
                }
                #expect(error?.code == .responseTooLarge)
            }
        }
    }

    @Test func whatASinkThrowsComesThrough() async throws {
        struct Full: Error {}
        try await withServer(Self.serve(4)) { server in
            try await withTransport { transport in
                let sink = HTTPClosureSink { _ in throw Full() }
                await #expect(throws: Full.self) {
                    try await transport.send(request(.get, server.authority), body: nil, options: .init(), into: sink)
                }
                #expect(await eventually { server.openConnections == 0 })
            }
        }
    }

    @Test(arguments: [([5], 6), ([5, 2], 6), ([6, 1], 6), ([], 1), ([1], 0), ([3, 3, 3], 6)])
    func aStreamOfTheWrongLengthIsAnErrorAndNeverArrivesWhole(_ sizes: [Int], _ count: Int) async throws {
        let declared = Int64(count)
        let whole = Locked(0)
        try await withServer({ connection in
            while connection.readHead() != nil {
                if connection.readBody(Int(declared)).count == declared { whole.withLock { $0 += 1 } }
                connection.answer()
            }
        }) { server in
            try await withTransport { transport in
                let error = await transportError {
                    _ = try await transport.collect(
                        request(.put, server.authority),
                        body: .stream(length: declared, Chunks(sizes.map { [UInt8](repeating: 1, count: $0) }))
                    )
                }
                #expect(error?.code == .bodyLengthMismatch)
                #expect(error?.method == .put)
                #expect(await eventually { server.openConnections == 0 })
                #expect(whole.withLock { $0 } == 0)
            }
        }
    }

    @Test func aFileThatShrankIsAnError() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.waitForClose()
        }) { server in
            try await withTransport { transport in
                try await withTemporaryDirectory { directory in
                    try Data(Self.block).write(to: URL(filePath: "\(directory)/f"))
                    let body = try HTTPBody.file("\(directory)/f")
                    try Data(Self.block[..<1000]).write(to: URL(filePath: "\(directory)/f"))
                    let error = await transportError {
                        _ = try await transport.collect(request(.put, server.authority), body: body)
                    }
                    #expect(error?.code == .bodyLengthMismatch)
                }
            }
        }
    }

    @Test func aSourceThatThrowsEndsTheExchangeWithItsError() async throws {
        struct Broken: Error {}
        try await withServer({ connection in
            _ = connection.readHead()
            connection.waitForClose()
        }) { server in
            try await withTransport { transport in
                let error = await transportError {
                    _ = try await transport.collect(
                        request(.put, server.authority),
                        body: .stream(
                            length: nil,
                            Chunks { index in
                                if index == 2 { throw Broken() }
                                return [1]
                            }
                        )
                    )
                }
                #expect(error?.code == .bodySourceFailed)
                #expect(error?.underlyingError is Broken)
                #expect(await eventually { server.openConnections == 0 })
            }
        }
    }
}
