import FoundationEssentials
import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import Testing

@Suite struct CurlCancellationTests {
    /// Expects an operation to end with a `CancellationError` within 50 ms of its cancellation.
    ///
    /// Beside other tests a thread may have to wait for a core: the median of 21 trials counts.
    /// - Parameter isRunning: whether the trial of this number, from 1, is where it is to be cancelled.
    static func expectPromptEnd(
        when isRunning: (Int) -> Bool,
        _ operation: @escaping @Sendable () async throws -> Void
    ) async {
        var durations: [Duration] = []
        for trial in 1...21 {
            let task = Task { try await operation() }
            #expect(await eventually { isRunning(trial) })
            let begin = ContinuousClock.now
            task.cancel()
            let result = await task.result
            durations.append(begin.duration(to: .now))
            #expect(throws: CancellationError.self) { try result.get() }
        }
        let median = durations.sorted()[10]
        #expect(median < .milliseconds(50))
    }

    @Test func waitingForAHeadEndsWithin50Milliseconds() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.waitForClose()
        }) { server in
            try await withTransport { transport in
                await Self.expectPromptEnd(when: { server.heads.count == $0 }) {
                    _ = try await transport.collect(request(.get, server.authority))
                }
                #expect(await eventually { server.openConnections == 0 })
            }
        }
    }

    @Test func aHandshakeEndsWithin50Milliseconds() async throws {
        try await withServer({ $0.waitForClose() }) { server in
            try await withTransport { transport in
                await Self.expectPromptEnd(when: { server.connections == $0 }) {
                    _ = try await transport.collect(request(.get, server.authority, scheme: "https"))
                }
            }
        }
    }

    @Test func aStreamedBodyEndsWithin50Milliseconds() async throws {
        let chunks = Locked(0)
        try await withServer({ connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nsome")
            connection.waitForClose()
        }) { server in
            try await withTransport { transport in
                await Self.expectPromptEnd(when: { trial in chunks.withLock { $0 == trial } }) {
                    let response = try await transport.send(
                        request(.get, server.authority),
                        body: nil,
                        options: .init()
                    )
                    for try await _ in response.body { chunks.withLock { $0 += 1 } }
                }
                #expect(await eventually { server.openConnections == 0 })
            }
        }
    }

    @Test func anUploadWhoseProducerSleepsEndsWithin50Milliseconds() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.waitForClose()
        }) { server in
            try await withTransport { transport in
                let body = HTTPBody.replayable(length: nil) {
                    Chunks { _ in
                        try await Task.sleep(for: .seconds(60))
                        return nil
                    }
                }
                await Self.expectPromptEnd(when: { server.heads.count == $0 }) {
                    _ = try await transport.collect(request(.put, server.authority), body: body)
                }
            }
        }
    }

    @Test func aSinkIsNotCalledAfterTheEnd() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
            while connection.write([UInt8](repeating: 1, count: 65536)) {}
        }) { server in
            try await withTransport { transport in
                let taken = Locked(0)
                let before = Locked(0)
                let sink = HTTPClosureSink { bytes in taken.withLock { $0 += bytes.byteCount } }
                await Self.expectPromptEnd(
                    when: { _ in taken.withLock { $0 } > before.withLock { $0 } + 1 << 20 }
                ) {
                    before.withLock { before in before = taken.withLock { $0 } }
                    _ = try await transport.send(
                        request(.get, server.authority),
                        body: nil,
                        options: .init(),
                        into: sink
                    )
                }
                let atEnd = taken.withLock { $0 }
                #expect(await eventually { server.openConnections == 0 })
                #expect(taken.withLock { $0 } == atEnd)
            }
        }
    }

    @Test func droppingABodyEndsTheExchange() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nsome")
            connection.waitForClose()
        }) { server in
            try await withTransport { transport in
                _ = try await transport.send(request(.get, server.authority), body: nil, options: .init()).head
                #expect(await eventually { server.connections == 1 && server.openConnections == 0 })
            }
        }
    }

    @Test func aCancelledTaskSendsNothing() async throws {
        try await withServer({ _ = $0.readHead() }) { server in
            try await withTransport { transport in
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    _ = try await transport.collect(request(.get, server.authority))
                }
                await #expect(throws: CancellationError.self) { try await task.value }
                #expect(server.connections == 0)
            }
        }
    }

    @Test func aCancelledWaitGivesItsTurnToTheNext() async throws {
        try await withServer({ connection in
            while let head = connection.readHead() {
                if head.contains("/hang") { connection.waitForClose() } else { connection.answer("ok") }
            }
        }) { server in
            try await withTransport({ $0.maximumConnectionsPerHost = 1 }) { transport in
                let hanging = Task { try await transport.collect(request(.get, server.authority, "/hang")) }
                #expect(await eventually { server.heads.count == 1 })
                async let waiting = transport.collect(request(.get, server.authority, "/next"))
                hanging.cancel()
                let status = try await waiting.head.status
                #expect(status == .ok)
            }
        }
    }
}

@Suite(.serialized) struct CurlShutdownTests {
    /// Makes a request whose body is written from the engine's thread, and returns that thread's id.
    private static func engineThread(of transport: CurlHTTPTransport, _ server: RawServer) async throws -> String {
        let id = Locked("")
        let sink = HTTPClosureSink { _ in
            let link = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
            id.withLock { $0 = link.split(separator: "/").last.map(String.init) ?? "" }
        }
        _ = try await transport.send(request(.get, server.authority), body: nil, options: .init(), into: sink)
        return id.withLock { $0 }
    }

    private static func isAlive(_ thread: String) -> Bool {
        FileManager.default.fileExists(atPath: "/proc/self/task/\(thread)")
    }

    @Test func endsWhatRunsAndRefusesWhatComes() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.waitForClose()
        }) { server in
            let transport = CurlHTTPTransport()
            let running = Task { try await transport.collect(request(.get, server.authority)) }
            #expect(await eventually { server.heads.count == 1 })
            await transport.shutdown()
            await transport.shutdown()
            let first = await transportError { _ = try await running.value }
            #expect(first?.code == .shutDown)
            #expect(first?.sent == .possibly)
            let second = await transportError { _ = try await transport.collect(request(.get, server.authority)) }
            #expect(second?.code == .shutDown)
            #expect(second?.sent == .nothing)
            #expect(server.heads.count == 1)
            #expect(await eventually { server.openConnections == 0 })
        }
    }

    @Test func aTransportThatWasNeverUsedShutsDown() async throws {
        let transport = CurlHTTPTransport()
        await transport.shutdown()
        let error = await transportError { _ = try await transport.collect(request(.get, "127.0.0.1:1")) }
        #expect(error?.code == .shutDown)
    }

    @Test func manyShutdownsAtOnceAllReturn() async throws {
        try await withServer({ while $0.readHead() != nil { $0.answer() } }) { server in
            let transport = CurlHTTPTransport()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<32 { group.addTask { _ = try? await transport.collect(request(.get, server.authority)) } }
                for _ in 0..<8 { group.addTask { await transport.shutdown() } }
            }
        }
    }

    @Test func noThreadIsLeft() async throws {
        try await withServer({ while $0.readHead() != nil { $0.answer("ok") } }) { server in
            // By their ids: tests beside this one have threads of the same name.
            var threads: Set<String> = []
            for _ in 0..<20 {
                let transport = CurlHTTPTransport()
                let thread = try await Self.engineThread(of: transport, server)
                #expect(Self.isAlive(thread))
                threads.insert(thread)
                await transport.shutdown()
            }
            for _ in 0..<20 {
                // Dropped without a shutdown, while a response is still to be read.
                let response = try await Self.responseOfADroppedTransport(server, noting: &threads)
                #expect(try await response.body.collect(upTo: 10).count == 2)
            }
            #expect(threads.count == 40)
            #expect(await eventually { !threads.contains(where: Self.isAlive) })
            #expect(await eventually { server.openConnections == 0 })
        }
    }
    private static func responseOfADroppedTransport(
        _ server: RawServer,
        noting threads: inout Set<String>
    ) async throws -> HTTPStreamedResponse {
        let transport = CurlHTTPTransport()
        threads.insert(try await engineThread(of: transport, server))
        return try await transport.send(request(.get, server.authority), body: nil, options: .init())
    }
}
