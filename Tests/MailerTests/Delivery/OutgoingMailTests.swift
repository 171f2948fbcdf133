import GroundworkTesting
import Mailer
import Testing

@Suite struct OutgoingMailTests {
    @Test func keepsKeyDateAndMessageIDOverTries() throws {
        let message = try MailMessage(from: Mailbox("a@example.org"), to: [Mailbox("b@example.org")], subject: "x")
        let mail = try OutgoingMail(message)
        let again = try OutgoingMail(mail.message)
        #expect(again.idempotencyKey == mail.idempotencyKey)
        #expect(again.message.messageID == mail.message.messageID)
        #expect(again.message.date == mail.message.date)
        #expect(mail.message.messageID?.rawValue.hasSuffix("@example.org") == true)
    }

    @Test func blindCopiesAreInTheEnvelopeOnceEach() throws {
        var message = try MailMessage(from: Mailbox("a@example.org"), to: [Mailbox("b@example.org")], subject: "x")
        message.bcc = [try Mailbox("c@EXAMPLE.org"), try Mailbox("C <c@example.org>"), try Mailbox("b@example.org")]
        #expect(try MailEnvelope(of: message).recipients.map(\.wireText) == ["b@example.org", "c@example.org"])
    }

    @Test func needsARecipient() throws {
        let message = try MailMessage(from: Mailbox("a@example.org"), to: [], subject: "x")
        #expect(throws: MailError.self) { try OutgoingMail(message) }
    }
}
