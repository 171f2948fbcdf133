import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// Mails for many, and mails whose content takes its time.
@Suite(.timeLimit(.minutes(1))) struct SMTPPartTests {
    private func mail(for count: Int) throws -> OutgoingMail {
        var mail = try outgoingMail()
        mail.envelope.recipients = try (0..<count).map { try EnvelopeAddress("r\($0)@example.org") }
        return mail
    }

    @Test func aMailForManyGoesOutInParts() async throws {
        try await withLoopbackServer { server in
            let transport = try SMTPTransport(.loopback(server))
            let mail = try mail(for: 250)
            let receipt = try await transport.send(mail, deadline: nil)
            #expect(receipt.isAccepted && receipt.recipients.map(\.address) == mail.envelope.recipients)
            #expect(server.messages.map(\.recipients.count).sorted() == [50, 100, 100])
            #expect(Set(server.messages.flatMap(\.recipients)).count == 250)
            #expect(Set(server.messages.map(\.content)).count == 1)
            let together = await transport.send([mail, try outgoingMail()], deadline: nil)
            for result in together { #expect(try result.get().isAccepted) }
        }
    }

    @Test func aPartThatIsRefusedIsAnOutcomeForItsRecipientsAlone() async throws {
        for (reply, isRejected) in [("554 5.7.1 No more today", true), ("451 4.7.1 Later", false)] {
            try await withLoopbackServer {
                $0.faults = [.at(.mail, .reply(reply), occurrence: 2)]
            } _: { server in
                var configuration = SMTPConfiguration.loopback(server)
                configuration.maximumConnections = 1
                let receipt = try await SMTPTransport(configuration).send(mail(for: 150), deadline: nil)
                #expect(receipt.recipients.prefix(100).allSatisfy { $0.outcome.isAccepted })
                let rest = receipt.recipients.suffix(50).map(\.outcome)
                #expect(rest.allSatisfy { isRejected ? $0.isRejected : $0.isRetryable })
                #expect(rest.allSatisfy { $0.reply?.code == Int(reply.prefix(3)) })
            }
        }
    }

    @Test func whatRunsOutOfTimeInOnePartDoesNotHideTheOthers() async throws {
        try await withLoopbackServer {
            $0.faults = [.at(.mail, .stall, occurrence: 2)]
        } _: { server in
            var configuration = SMTPConfiguration.loopback(server)
            configuration.maximumConnections = 1
            let receipt = try await SMTPTransport(configuration).send(mail(for: 150), deadline: .now + .seconds(3))
            #expect(receipt.recipients.prefix(100).allSatisfy { $0.outcome.isAccepted })
            #expect(receipt.recipients.suffix(50).allSatisfy { $0.outcome.isRetryable })
        }
    }

    /// Under one key the second part would be taken for the first one again.
    @Test func aMailIsOneTransactionWhereItsKeyIsKnownAgainAndWhenItCanBeReadOnce() async throws {
        let mail = try mail(for: 150)
        let content = SMTPContent(bytes: .whole([]))
        let resend = try SMTPTransport(SMTPConfiguration(host: "smtp.resend.com"))
        #expect(resend.parts(of: mail, content).map(\.recipients.count) == [150])
        let other = try SMTPTransport(SMTPConfiguration(host: "smtp.example.org"))
        #expect(other.parts(of: mail, content).map(\.recipients.count) == [100, 50])
        var once = content
        once.isReplayable = false
        #expect(other.parts(of: mail, once).map(\.recipients.count) == [150])
    }

    @Test func anAddressThatTheServerCannotTakeKeepsNoOtherFromTheMail() async throws {
        try await withLoopbackServer {
            $0.extensions = ["PIPELINING", "8BITMIME"]
        } _: { server in
            let transport = try SMTPTransport(.loopback(server))
            var mail = try outgoingMail()
            mail.envelope.recipients = try ["grün@example.org", "ada@example.org", "bob@example.org"].map {
                try EnvelopeAddress($0)
            }
            let receipt = try await transport.send(mail, deadline: nil)
            #expect(receipt.recipients.map(\.outcome.isAccepted) == [false, true, true])
            #expect(receipt.recipients[0].reply?.enhancedCode?.description == "5.6.7")
            #expect(server.messages.map(\.recipients) == [["ada@example.org", "bob@example.org"]])
        }
    }

    @Test func theDeadlineHoldsWhileAMailIsComposed() async throws {
        try await withLoopbackServer { server in
            let transport = try SMTPTransport(.loopback(server))
            let (stream, end) = AsyncStream<[UInt8]>.makeStream()
            defer { end.finish() }
            var mail = try outgoingMail()
            mail.message.attachments = [try MailAttachment(fileName: "a.bin", content: .stream(length: 10, stream))]
            let late = mail
            let code = await mailErrorCode {
                _ = try await transport.send(late, deadline: .now + .milliseconds(200))
            }
            #expect(code == .deadlineExceeded && server.connectionCount == 0)
        }
    }
}
