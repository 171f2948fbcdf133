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
}
