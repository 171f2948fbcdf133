import Glibc
import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import Testing

@Suite struct CurlTimeoutTests {
    /// A limit that a healthy exchange keeps to even on a machine that is busy with other tests.
    private static let patience = Duration.seconds(2)

    private static func options(_ change: (inout HTTPRequestOptions) -> Void) -> HTTPRequestOptions {
        var options = HTTPRequestOptions()
        change(&options)
        return options
    }

    /// Runs a request that is expected to time out, and gives the error and how long it took.
    private static func timed(_ body: () async throws -> Void) async -> (HTTPTransportError?, Duration) {
        let begin = ContinuousClock.now
        let error = await transportError(body)
        return (error, begin.duration(to: .now))
    }

    @Test func aServerThatNeverAnswersMeetsTheHeadTimeout() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.waitForClose()
        }) { server in
            try await withTransport { transport in
                let options = Self.options { $0.responseHeadTimeout = .milliseconds(150) }
                let (error, took) = await Self.timed {
                    _ = try await transport.collect(request(.get, server.authority, "/?secret"), options: options)
                }
                #expect(error?.code == .timedOut)
                #expect(error?.timeout == .responseHead)
                #expect(error?.sent == .possibly)
                #expect(error?.isRetryable == true)
                #expect(error?.description.contains("secret") == false)
                #expect(took >= .milliseconds(140) && took < .seconds(5))
            }
        }
    }

    @Test func aTimedOutPostMayHaveBeenActedOn() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.waitForClose()
        }) { server in
            try await withTransport { transport in
                let options = Self.options { $0.responseHeadTimeout = .milliseconds(100) }
                let (error, _) = await Self.timed {
                    _ = try await transport.collect(
                        request(.post, server.authority),
                        body: .text("x"),
                        options: options
                    )
                }
                #expect(error?.timeout == .responseHead)
                #expect(error?.isRetryable == false)
            }
        }
    }

    @Test func aTLSHandshakeThatHangsMeetsTheConnectTimeout() async throws {
        try await withServer({ $0.waitForClose() }) { server in
            try await withTransport { transport in
                let options = Self.options { $0.connectTimeout = .milliseconds(150) }
                let (error, took) = await Self.timed {
                    _ = try await transport.collect(
                        request(.post, server.authority, scheme: "https"),
                        options: options
                    )
                }
                #expect(error?.code == .timedOut)
                #expect(error?.timeout == .connect)
                #expect(error?.sent == .nothing)
                #expect(error?.isRetryable == true)
                #expect(took >= .milliseconds(140) && took < .seconds(5))
            }
        }
    }

    @Test func aBodyThatStopsMeetsTheStallTimeout() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
            connection.waitForClose()
        }) { server in
            try await withTransport { transport in
                let options = Self.options { $0.stallTimeout = .milliseconds(150) }
                let response = try await transport.send(request(.get, server.authority), body: nil, options: options)
                var received: [UInt8] = []
                let error = await transportError { for try await chunk in response.body { received += chunk } }
                #expect(String(decoding: received, as: UTF8.self) == "hello")
                #expect(error?.code == .timedOut)
                #expect(error?.timeout == .stall)
            }
        }
    }

    @Test func anUploadThatNobodyTakesMeetsTheStallTimeout() async throws {
        let stopped = Locked(false)
        try await withServer({ connection in
            _ = connection.readHead()
            while !stopped.withLock({ $0 }) { usleep(1000) }
        }) { server in
            try await withTransport { transport in
                let options = Self.options { $0.stallTimeout = .milliseconds(300) }
                let (error, took) = await Self.timed {
                    _ = try await transport.collect(
                        request(.put, server.authority),
                        body: .bytes([UInt8](repeating: 7, count: 64 << 20)),
                        options: options
                    )
                }
                #expect(error?.timeout == .stall)
                #expect(took < .seconds(5))
            }
            stopped.withLock { $0 = true }
        }
    }

    @Test func aDrippingBodyMeetsTheTotalTimeout() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while connection.write("x") { usleep(10000) }
        }) { server in
            try await withTransport { transport in
                let options = Self.options { $0.totalTimeout = .milliseconds(200) }
                let (error, took) = await Self.timed {
                    _ = try await transport.collect(request(.get, server.authority), options: options)
                }
                #expect(error?.timeout == .total)
                #expect(took >= .milliseconds(190) && took < .seconds(5))
            }
        }
    }

    @Test func aReaderMayTakeItsTime() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(8 << 20)\r\n\r\n")
            connection.write([UInt8](repeating: 1, count: 8 << 20))
            connection.waitForClose()
        }) { server in
            try await withTransport { transport in
                let options = Self.options { $0.stallTimeout = Self.patience }
                let response = try await transport.send(request(.get, server.authority), body: nil, options: options)
                var total = 0
                for try await chunk in response.body {
                    // Longer than the stall limit, while the connection is paused on the reader's behalf.
                    if total == 0 { try await Task.sleep(for: Self.patience * 1.5) }
                    total += chunk.count
                }
                #expect(total == 8 << 20)
            }
        }
    }

    @Test func aServerThatStopsWhereTheQueueIsFullMeetsTheStallTimeout() async throws {
        let highWaterMark = 64 << 10
        try await withServer({ connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(1 << 20)\r\n\r\n")
            connection.write([UInt8](repeating: 1, count: highWaterMark))
            connection.waitForClose()
        }) { server in
            try await withTransport({ $0.highWaterMark = highWaterMark }) { transport in
                let options = Self.options {
                    $0.stallTimeout = .milliseconds(500)
                    // Only ends the test if the other limit is lost, which then shows in the time.
                    $0.totalTimeout = .seconds(15)
                }
                let response = try await transport.send(request(.get, server.authority), body: nil, options: options)
                // The limit passes while the reader is the slow one, so it does not count; then it is the server.
                try await Task.sleep(for: .milliseconds(1200))
                var total = 0
                let (error, took) = await Self.timed { for try await chunk in response.body { total += chunk.count } }
                #expect(total == highWaterMark)
                #expect(took < .seconds(10))
                #expect(error?.code == .timedOut)
                #expect(error?.timeout == .stall)
            }
        }
    }

    @Test func whatCameWhileASinkBlockedIsServedBeforeDeadlines() async throws {
        let isBlocked = Locked(false)
        try await withServer({ connection in
            guard let head = connection.readHead() else { return }
            if head.contains("/patient") {
                while !isBlocked.withLock({ $0 }) { usleep(1000) }
                connection.answer("in time")
            } else {
                connection.answer("x")
            }
            connection.waitForClose()
        }) { server in
            try await withTransport { transport in
                let options = Self.options { $0.responseHeadTimeout = Self.patience }
                async let answer = transport.collect(request(.get, server.authority, "/patient"), options: options)
                #expect(await eventually { server.heads.count == 1 })
                // libcurl's own timers, which would make it look at the socket in passing, run out meanwhile.
                try await Task.sleep(for: .milliseconds(500))
                let sink = HTTPClosureSink { _ in
                    isBlocked.withLock { $0 = true }
                    usleep(3_000_000)
                }
                _ = try await transport.send(
                    request(.get, server.authority, "/blocking"),
                    body: nil,
                    options: .init(),
                    into: sink
                )
                let body = try await answer.body
                #expect(String(decoding: body, as: UTF8.self) == "in time")
            }
        }
    }

    @Test func aProducerMayTakeItsTime() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.answer(String(decoding: connection.readBody(10), as: UTF8.self))
        }) { server in
            try await withTransport { transport in
                let options = Self.options {
                    $0.stallTimeout = Self.patience
                    $0.responseHeadTimeout = Self.patience
                }
                let slow = Chunks { index in
                    if index == 1 { try await Task.sleep(for: Self.patience * 1.5) }
                    return index < 2 ? Array("hello".utf8) : nil
                }
                let (_, answer) = try await transport.collect(
                    request(.post, server.authority),
                    body: .stream(length: 10, slow),
                    options: options
                )
                #expect(String(decoding: answer, as: UTF8.self) == "hellohello")
            }
        }
    }

    @Test func waitingForAFreeConnectionHasALimitOfItsOwn() async throws {
        #expect(HTTPRequestOptions().connectionWaitTimeout == .seconds(60))
        let isReleased = Locked(false)
        try await withServer({ connection in
            while connection.readHead() != nil {
                while !isReleased.withLock({ $0 }) { usleep(1000) }
                connection.answer("done")
            }
        }) { server in
            try await withTransport({ $0.maximumConnectionsPerHost = 1 }) { transport in
                async let first = transport.collect(request(.get, server.authority))
                #expect(await eventually { server.heads.count == 1 })
                let options = Self.options { $0.connectionWaitTimeout = .milliseconds(150) }
                let (error, took) = await Self.timed {
                    _ = try await transport.collect(request(.post, server.authority), options: options)
                }
                isReleased.withLock { $0 = true }
                #expect(error?.code == .timedOut)
                #expect(error?.timeout == .connectionWait)
                #expect(error?.message.hasPrefix("No connection became free within 0.15 s") == true)
                #expect(error?.sent == .nothing)
                #expect(error?.isRetryable == true)
                #expect(took >= .milliseconds(140))
                let status = try await first.head.status
                #expect(status == .ok)
                #expect(server.heads.count == 1)
            }
        }
    }

    @Test func waitingForAFreeConnectionIsNotConnecting() async throws {
        try await withServer({ connection in
            while connection.readHead() != nil {
                usleep(400_000)
                connection.answer("done")
            }
        }) { server in
            try await withTransport({ $0.maximumConnectionsPerHost = 1 }) { transport in
                let options = Self.options { $0.connectTimeout = .milliseconds(200) }
                async let first = transport.collect(request(.get, server.authority), options: options)
                async let second = transport.collect(request(.get, server.authority), options: options)
                let statuses = try await [first.head.status, second.head.status]
                #expect(statuses == [.ok, .ok])
                #expect(server.connections == 1)
            }
        }
    }
}
