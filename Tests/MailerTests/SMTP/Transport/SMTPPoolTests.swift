import GroundworkCore
import GroundworkSockets
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

@Suite(.timeLimit(.minutes(1))) struct SMTPPoolTests {
    @Test func manyMailsShareFewConnections() async throws {
        try await withLoopbackServer { server in
            var configuration = SMTPConfiguration.loopback(server)
            configuration.maximumConnections = 3
            let transport = try SMTPTransport(configuration)
            let mails = try (0..<40).map { try outgoingMail(subject: "mail \($0)") }
            let receipts = await transport.send(mails, deadline: nil)
            #expect(receipts.count == 40)
            for receipt in receipts { #expect(try receipt.get().isAccepted) }
            #expect(server.messages.count == 40 && server.connectionCount <= 3)
            #expect(transport.unusedConnectionCount == server.connectionCount)
        }
    }

    @Test func theNextEnvelopeGoesOutWithTheEndOfTheOneBefore() async throws {
        try await withLoopbackServer {
            $0.unknownLocalParts = ["ghost"]
        } _: { server in
            var configuration = SMTPConfiguration.loopback(server)
            configuration.maximumConnections = 1
            configuration.pipelinesAcrossMessages = true
            let transport = try SMTPTransport(configuration)
            let names = ["a", "b", "ghost", "c", "d"]
            let mails = try names.map { try outgoingMail(to: ["\($0)@example.org"], text: "I am \($0).\r\n") }
            let results = await transport.send(mails, deadline: nil)
            for (name, result) in zip(names, results) {
                #expect(try result.get().isAccepted == (name != "ghost"))
            }
            #expect(
                server.messages.map(\.recipients) == [
                    ["a@example.org"], ["b@example.org"], ["c@example.org"], ["d@example.org"],
                ]
            )
            for (name, message) in zip(["a", "b", "c", "d"], server.messages) {
                #expect(message.text.hasSuffix("I am \(name).\r\n"))
            }
            #expect(server.connectionCount == 1 && server.violations == [])
        }
    }

    @Test func whatWasAnnouncedIsSentElsewhereWhenTheConnectionEnds() async throws {
        for fault in [LoopbackSMTPFault.Action.close, .replyAndClose("421 4.3.2 Going down"), .takeAndClose, .abort] {
            try await withLoopbackServer {
                $0.faults = [.at(.endOfData, fault, occurrence: 1)]
            } _: { server in
                var configuration = SMTPConfiguration.loopback(server)
                configuration.maximumConnections = 1
                configuration.pipelinesAcrossMessages = true
                let transport = try SMTPTransport(configuration)
                let mails = try ["a", "b", "c"].map { try outgoingMail(to: ["\($0)@example.org"]) }
                let results = await transport.send(mails, deadline: nil)
                let first = try results[0].get().recipients[0].outcome
                if case .replyAndClose = fault { #expect(first.isRetryable) } else { #expect(first.isUnknown) }
                #expect(try results[1].get().isAccepted)
                #expect(try results[2].get().isAccepted)
                let taken = server.messages.flatMap(\.recipients)
                #expect(
                    taken.filter { $0 == "b@example.org" }.count == 1
                        && taken.filter { $0 == "c@example.org" }.count == 1
                )
            }
        }
    }

    @Test func aConnectionIsGivenUpAfterItsMessages() async throws {
        try await withLoopbackServer { server in
            var configuration = SMTPConfiguration.loopback(server)
            configuration.maximumConnections = 1
            configuration.maximumMessagesPerConnection = 4
            for isAcross in [false, true] {
                configuration.pipelinesAcrossMessages = isAcross
                let before = server.connectionCount
                let transport = try SMTPTransport(configuration)
                let results = await transport.send(try (0..<10).map { _ in try outgoingMail() }, deadline: nil)
                #expect(results.allSatisfy { (try? $0.get().isAccepted) == true })
                #expect(server.connectionCount - before == 3)
            }
        }
    }

    @Test func anUnusedConnectionEndsAfterItsTime() async throws {
        try await withLoopbackServer { server in
            let time = ManualTime()
            var configuration = SMTPConfiguration.loopback(server)
            configuration.idleTimeout = .seconds(30)
            configuration.sendTimeout = .seconds(1000)
            let transport = try SMTPTransport(configuration, time: time)
            _ = try await transport.send(outgoingMail(), deadline: nil)
            await time.waitForSleepers(1)
            #expect(transport.unusedConnectionCount == 1)
            await time.advance(by: .seconds(29))
            _ = try await transport.send(outgoingMail(), deadline: nil)
            #expect(server.connectionCount == 1)
            await time.advance(by: .seconds(31), sleepers: 1)
            while transport.unusedConnectionCount > 0 { await Task.yield() }
            _ = try await transport.send(outgoingMail(), deadline: nil)
            #expect(server.connectionCount == 2)
        }
    }

    @Test func aStaleConnectionIsNoticedBeforeUse() async throws {
        for farewell in ["", "421 4.4.2 Idle too long\r\n"] {
            let connections = Locked(0)
            let release = AsyncStream<Void>.makeStream()
            let gone = AsyncStream<Void>.makeStream()
            try await withRawServer { stream in
                let number = connections.withLock { count in
                    count += 1
                    return count
                }
                try await stream.send("220 a\r\n")
                try await stream.skipLine()
                try await stream.send("250-a\r\n250 PIPELINING\r\n")
                try await stream.skipLine()
                try await stream.send("250 a\r\n250 a\r\n354 a\r\n")
                try await stream.skipLine()
                try await stream.send("250 taken\r\n")
                if number == 1 {
                    for await _ in release.stream { break }
                    try await stream.send(farewell)
                    try await stream.closeWrite(deadline: .now + .seconds(5))
                    try await stream.waitUntilDelivered(deadline: .now + .seconds(5))
                    gone.continuation.yield()
                }
                _ = try await stream.read(upTo: 100, deadline: .now + .seconds(20))
            } _: { port in
                let transport = try SMTPTransport(.loopback(port: port))
                #expect(try await transport.send(outgoingMail(), deadline: nil).isAccepted)
                release.continuation.yield()
                for await _ in gone.stream { break }
                #expect(try await transport.send(outgoingMail(), deadline: nil).isAccepted)
                #expect(connections.withLock { $0 } == 2)
            }
        }
    }

    @Test func aConnectionThatDiesBeforeItsFirstReplyIsReplacedOnce() async throws {
        try await withLoopbackServer {
            $0.faults = [
                .at(.mail, .close, occurrence: 2), .at(.mail, .close, occurrence: 4), .at(.mail, .close, occurrence: 5),
            ]
        } _: { server in
            let transport = try SMTPTransport(.loopback(server))
            #expect(try await outcomes(transport, outgoingMail())[0].isAccepted)
            #expect(try await outcomes(transport, outgoingMail())[0].isAccepted)
            #expect(server.connectionCount == 2)
            // The fresh connection dies as well: that is the server's word.
            #expect(try await outcomes(transport, outgoingMail())[0].isRetryable)
            #expect(server.messages.count == 2)
        }
    }

    @Test func tooManyThatWaitAreRefused() async throws {
        try await withLoopbackServer {
            $0.faults = [.at(.greeting, .stall)]
        } _: { server in
            var configuration = SMTPConfiguration.loopback(server)
            configuration.maximumConnections = 1
            configuration.maximumWaiting = 2
            let transport = try SMTPTransport(configuration)
            let mails = try (0..<4).map { _ in try outgoingMail() }
            let task = Task { await transport.send(mails, deadline: .now + .milliseconds(300)) }
            let results = await task.value
            var codes: [MailError.Code: Int] = [:]
            for result in results {
                if case .failure(let error as MailError) = result { codes[error.code, default: 0] += 1 }
            }
            #expect(codes == [.unavailable: 1, .deadlineExceeded: 3])
        }
    }

    @Test func aServerThatAllowsFewerConnectionsGetsFewer() async throws {
        try await withLoopbackServer {
            $0.faults = (2...60).map {
                .at(.greeting, .replyAndClose("421 4.7.0 Too many connections"), occurrence: $0)
            }
        } _: { server in
            var configuration = SMTPConfiguration.loopback(server)
            configuration.maximumConnections = 3
            let transport = try SMTPTransport(configuration)
            _ = try await transport.send(outgoingMail(), deadline: nil)
            let results = await transport.send(try (0..<6).map { _ in try outgoingMail() }, deadline: nil)
            #expect(results.allSatisfy { (try? $0.get().isAccepted) == true })
            #expect(Set(server.messages.map(\.connection)) == [1] && server.connectionCount > 1)
        }
    }

    @Test func lastingFailuresEndAllThatWaitAtOnce() async throws {
        try await withLoopbackServer {
            $0.security = .startTLS
            $0.users = ["ada": "right"]
        } _: { server in
            var configuration = SMTPConfiguration.loopback(server, .startTLS)
            configuration.maximumConnections = 1
            configuration.credentials = .password(userName: "ada", Secret("wrong"))
            let transport = try SMTPTransport(configuration)
            let results = await transport.send(try (0..<20).map { _ in try outgoingMail() }, deadline: nil)
            for result in results {
                #expect(throws: MailError.self) { try result.get() }
            }
            // Not one login for each: an account would be locked. Those that are handed over later than the answer to the
            // first login come are not among those that wait.
            #expect(server.connectionCount < 10)
        }
    }

    @Test func shutdownLetsMailEndAndTakesNoMore() async throws {
        try await withLoopbackServer { server in
            var configuration = SMTPConfiguration.loopback(server)
            configuration.maximumConnections = 1
            let transport = try SMTPTransport(configuration)
            let mails = try (0..<10).map { _ in try outgoingMail() }
            async let results = transport.send(mails, deadline: nil)
            while server.messages.isEmpty { await Task.yield() }
            await transport.shutdown()
            await transport.shutdown()
            #expect(await results.allSatisfy { (try? $0.get().isAccepted) == true })
            #expect(transport.unusedConnectionCount == 0)
            #expect(await mailErrorCode { _ = try await transport.send(outgoingMail(), deadline: nil) } == .unavailable)
        }
    }
}
