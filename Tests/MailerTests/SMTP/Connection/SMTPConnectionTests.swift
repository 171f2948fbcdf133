import GroundworkCore
import GroundworkSockets
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

@Suite(.timeLimit(.minutes(1))) struct SMTPConnectionTests {
    private typealias Piece = ScriptedStream.Piece

    /// Whoever gives a mail up closes its connection: no other mail may be on it by then.
    @Test func aMailGivenUpAsItsLastReplyComesLeavesNoConnectionToOthers() async throws {
        for reason in [SMTPJob.Abort.cancelled, .deadline, .handover] {
            let job = try smtpJob()
            let stream = ScriptedStream([
                Piece(text: "250 a\r\n550 5.1.1 b\r\n"), Piece(text: "503 c\r\n") { job.abort(reason) },
            ])
            var connection = SMTPConnection.scripted(stream)
            let ending = await connection.deliver(job) { nil }
            ending.tell()
            await #expect(throws: (any Error).self) { try await job.outcome() }
            #expect(!connection.isUsable && stream.isClosed && ending.rest == nil)
        }
    }

    @Test func aMailGivenUpAsItIsTakenLeavesNoConnectionToTheNext() async throws {
        let (first, second) = (try smtpJob(), try smtpJob())
        let stream = ScriptedStream([
            Piece(text: "250 a\r\n250 b\r\n354 c\r\n"), Piece(text: "250 d\r\n") { first.abort(.cancelled) },
            Piece(text: "250 e\r\n250 f\r\n354 g\r\n"), Piece(text: "250 h\r\n"),
        ])
        var connection = SMTPConnection.scripted(stream)
        var waiting = [second]
        let ending = await connection.deliver(first) { waiting.popLast() }
        ending.tell()
        // It was announced, and goes through another.
        #expect(ending.rest === second && !second.isFinished)
        #expect(!connection.isUsable && stream.rest == 2)
        guard case .unknown? = try await first.outcome().first?.outcome else {
            Issue.record("The first mail's end was under way.")
            return
        }
    }

    @Test func aMailThatIsDoneLeavesItsConnectionToOthers() async throws {
        let job = try smtpJob()
        let stream = ScriptedStream([Piece(text: "250 a\r\n550 5.1.1 b\r\n"), Piece(text: "503 c\r\n")])
        var connection = SMTPConnection.scripted(stream)
        await connection.deliver(job) { nil }.tell()
        job.abort(.cancelled)
        #expect(try await job.outcome()[0].outcome.isRejected)
        #expect(connection.isUsable && !stream.isClosed)
    }

    /// A large message, in whose middle the server says something.
    private func outcome(_ replies: [Piece], limit: Duration = .seconds(20)) async throws -> MailOutcome {
        let stream = ScriptedStream([Piece(text: "250 a\r\n250 b\r\n354 c\r\n")] + replies)
        var connection = SMTPConnection.scripted(stream) { $0.timeouts.command = limit }
        let content = SMTPContent(bytes: .whole([UInt8](repeating: 0x61, count: 1 << 20)))
        let job = SMTPJob(SMTPMessage(envelope: try outgoingMail().envelope, content: content))
        await connection.deliver(job) { nil }.tell()
        #expect(!connection.isUsable && stream.isClosed)
        return try await job.outcome()[0].outcome
    }

    @Test func aRefusalWithinTheContentIsReadToItsEndHoweverItComes() async throws {
        let refusal = "552-5.3.4 Too large\r\n552 5.3.4 Send less\r\n"
        for cut in 1..<refusal.utf8.count {
            let pieces = [
                Piece(text: String(refusal.prefix(cut))), Piece(text: String(refusal.dropFirst(cut)), isLate: true),
            ]
            let outcome = try await outcome(pieces)
            #expect(outcome.isRejected && outcome.reply?.code == 552, "\(cut)")
            #expect(outcome.reply?.text == "Too large\nSend less", "\(cut)")
        }
    }

    @Test func theRestOfARefusalIsNotWaitedForWithoutEnd() async throws {
        let pieces = [Piece(text: "552-5.3.4 Too large\r\n"), Piece(text: "552 5.3.4 a\r\n", isLate: true)]
        #expect(try await outcome(pieces, limit: .zero).isRetryable)
    }

    /// Whatever has come on a connection that lay unused, it is of no more use; the rest is not waited for.
    @Test func theBeginningOfAReplyMakesAnUnusedConnectionStale() async throws {
        let stream = ScriptedStream([Piece(text: "421 4.4"), Piece(text: ".2 idle\r\n", isLate: true)])
        var connection = SMTPConnection.scripted(stream)
        #expect(await !connection.isFresh())
        #expect(stream.rest == 1)
        var fresh = SMTPConnection.scripted(ScriptedStream([Piece(text: "250 a\r\n", isLate: true)]))
        #expect(await fresh.isFresh())
    }
}
