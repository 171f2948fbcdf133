import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// What goes wrong around a connection, and whom it concerns.
@Suite(.timeLimit(.minutes(1))) struct SMTPPoolFaultTests {
    /// A clock that others move, and on which no sleep ends.
    private final class SleeplessTime: TimeSource {
        private let origin = ContinuousClock.now
        private let elapsed = Locked(Duration.zero)
        let now = Date(timeIntervalSince1970: 0)
        var monotonic: ContinuousClock.Instant { origin.advanced(by: elapsed.withLock { $0 }) }
        func advance(by duration: Duration) { elapsed.withLock { $0 += duration } }
        func sleep(until deadline: ContinuousClock.Instant) async throws {
            for await _ in AsyncStream<Void>.makeStream().stream {}
            try Task.checkCancellation()
        }
    }

    @Test func whoGivesUpAMailThatIsDoneChangesNothing() async throws {
        try await withLoopbackServer { server in
            var connection = try await SMTPConnector(.loopback(server)).open()
            let job = try smtpJob()
            let ending = await connection.deliver(job) { nil }
            // Between the reply and the word to the one who waits, when the connection is another's already.
            job.abort(.cancelled)
            ending.tell()
            #expect(try await job.outcome()[0].outcome.isAccepted)
            let next = try smtpJob()
            await connection.deliver(next) { nil }.tell()
            #expect(try await next.outcome()[0].outcome.isAccepted)
            #expect(server.messages.count == 2 && server.connectionCount == 1)
            await connection.quit()
        }
    }

    @Test func mailsThatWereGivenUpHoldNoPlace() async throws {
        try await withLoopbackServer {
            $0.faults = [.at(.greeting, .stall, occurrence: 1), .at(.greeting, .stall, occurrence: 2)]
        } _: { server in
            var configuration = SMTPConfiguration.loopback(server)
            configuration.maximumConnections = 2
            let transport = try SMTPTransport(configuration)
            for _ in 0..<2 {
                let code = await mailErrorCode {
                    _ = try await transport.send(outgoingMail(), deadline: .now + .milliseconds(100))
                }
                #expect(code == .deadlineExceeded)
            }
            #expect(try await transport.send(outgoingMail(), deadline: .now + .seconds(10)).isAccepted)
            await transport.shutdown()
            #expect(server.connectionCount == 3)
        }
    }

    @Test func mailsThatWereGivenUpDoNotCountAmongThoseThatWait() async throws {
        try await withLoopbackServer {
            $0.faults = [.at(.greeting, .stall)]
        } _: { server in
            var configuration = SMTPConfiguration.loopback(server)
            configuration.maximumConnections = 1
            configuration.maximumWaiting = 2
            let transport = try SMTPTransport(configuration)
            let mail = try outgoingMail()
            let first = Task { try await transport.send(mail, deadline: nil) }
            while server.connectionCount == 0 { await Task.yield() }
            for _ in 0..<3 {
                let results = await transport.send([mail, mail], deadline: .now + .milliseconds(100))
                for result in results {
                    guard case .failure(let error as MailError) = result else {
                        Issue.record("\(result)")
                        continue
                    }
                    #expect(error.code == .deadlineExceeded)
                }
            }
            first.cancel()
            _ = await first.result
        }
    }

    @Test func aFarewellBeforeTheFirstReplyOfAnotherMailConcernsTheConnection() async throws {
        for isAcross in [false, true] {
            try await withLoopbackServer {
                $0.faults = [.at(.mail, .replyAndClose("421 4.7.0 Too many messages"), occurrence: 2)]
            } _: { server in
                var configuration = SMTPConfiguration.loopback(server)
                configuration.maximumConnections = 1
                configuration.pipelinesAcrossMessages = isAcross
                let transport = try SMTPTransport(configuration)
                let results = await transport.send(try (0..<3).map { _ in try outgoingMail() }, deadline: nil)
                for result in results { #expect(try result.get().isAccepted) }
                #expect(server.messages.count == 3 && server.connectionCount == 2)
            }
        }
    }

    @Test func aConnectionWhoseTimeIsOverIsLeftWithAWord() async throws {
        try await withLoopbackServer { server in
            let time = SleeplessTime()
            let transport = try SMTPTransport(.loopback(server), time: time)
            _ = try await transport.send(outgoingMail(), deadline: nil)
            time.advance(by: .seconds(31))
            _ = try await transport.send(outgoingMail(), deadline: nil)
            #expect(server.connectionCount == 2)
            while !server.hasReached(.quit) { await Task.yield() }
            #expect(server.commands.last { $0.line == "QUIT" }?.connection == 1)
        }
    }

    @Test func eachMailOfACallEndsAtItsOwnTime() async throws {
        let group = SMTPJobGroup()
        let start = ContinuousClock.now
        let jobs = try (0..<3).map { _ in try smtpJob() }
        for (index, job) in jobs.enumerated() { group.add(job, until: start + .seconds(10 * (index + 1))) }
        #expect(group.abortExpired(now: start) == start + .seconds(10))
        #expect(group.abortExpired(now: start + .seconds(10)) == start + .seconds(20))
        #expect(jobs.map(\.isFinished) == [true, false, false])
        jobs[1].finish(.success([]))
        #expect(group.abortExpired(now: start + .seconds(25)) == start + .seconds(30))
        #expect(group.abortExpired(now: start + .seconds(30)) == nil)
        await #expect(throws: SMTPFailure.self) { try await jobs[2].outcome() }
        #expect(group.reason == nil)
    }
}
