import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// Runs a Resend for as long as `body` runs.
func withResend(
    time: any TimeSource = SystemTime(),
    _ change: (inout ResendTransport.Configuration) -> Void = { _ in },
    _ body: (LoopbackResendServer, ResendTransport) async throws -> Void
) async throws {
    let server = try await LoopbackResendServer.start(time: time)
    do {
        var configuration = server.configuration
        change(&configuration)
        try await body(server, try ResendTransport(configuration, time: time))
        await server.stop()
    } catch {
        await server.stop()
        throw error
    }
}

/// Runs a SendGrid for as long as `body` runs.
func withSendGrid(
    time: any TimeSource = SystemTime(),
    _ change: (inout SendGridTransport.Configuration) -> Void = { _ in },
    _ body: (LoopbackSendGridServer, SendGridTransport) async throws -> Void
) async throws {
    let server = try await LoopbackSendGridServer.start(time: time)
    do {
        var configuration = server.configuration
        change(&configuration)
        try await body(server, try SendGridTransport(configuration, time: time))
        await server.stop()
    } catch {
        await server.stop()
        throw error
    }
}

extension MailBatchTransport {
    /// The receipts of a batch of which every mail has one.
    func receipts(of mails: [OutgoingMail]) async throws -> [MailReceipt] {
        try await send(batch: mails, deadline: nil).map { try $0.get() }
    }
}

/// The code of the error that a mail of a batch ended in.
func mailErrorCode(_ result: Result<MailReceipt, any Error>) -> MailError.Code? {
    if case .failure(let error as MailError) = result { error.code } else { nil }
}

/// An invitation as it stands in a file.
let invitation = MailCalendar(
    method: .request,
    text: "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
)

/// A mail that uses everything that both providers can do.
func richMessage(metadata: Bool) throws -> MailMessage {
    var message = try MailMessage(
        from: Mailbox("\"Shop, \\\"Ünïcode\\\"\" <shop@example.org>"),
        to: MailAddressList("Ada <ada@example.com>, bob@example.com"),
        subject: "Grüße \"quoted\" \\ 🙂",
        text: "Line\r\nTab\there \u{1}",
        html: "<p>Hello & <img src=\"cid:logo@example.org\"></p>"
    )
    message.cc = try MailAddressList("Team: carol@example.com;")
    message.bcc = [try Mailbox("dave@example.com")]
    message.replyTo = [try Mailbox("Support <help@example.org>")]
    message.listUnsubscribe = try .oneClick(url: "https://example.org/u?t=1", address: EnvelopeAddress("u@example.org"))
    message.headers = [try MailHeader("X-Campaign", "spring ü")]
    message.inReplyTo = [try MessageID("a@example.org")]
    message.priority = .high
    message.tags = [try MailTag("kind", "welcome"), try MailTag("plain")]
    if metadata { message.metadata = ["user": "4711", "quote": "a\"b"] }
    message.attachments = [
        try MailAttachment(fileName: "Übersicht.pdf", content: .bytes(Array((0..<200).map { UInt8($0) }))),
        try .inline(ContentID("logo@example.org"), fileName: "logo.png", content: .bytes([1, 2, 3, 4])),
    ]
    return message
}

/// A body whose bytes come in odd pieces.
func oddBody(_ bytes: [UInt8], length: Int64?, piece: Int) -> HTTPBody {
    .replayable(length: length) { PiecedBytes(bytes: bytes, piece: piece) }
}

struct PiecedBytes: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    let bytes: [UInt8]
    let piece: Int

    struct AsyncIterator: AsyncIteratorProtocol {
        let bytes: [UInt8]
        let piece: Int
        var position = 0

        mutating func next() async throws -> [UInt8]? {
            guard position < bytes.count else { return nil }
            let end = Swift.min(position + piece, bytes.count)
            defer { position = end }
            return Array(bytes[position..<end])
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(bytes: bytes, piece: piece) }
}

extension MailReceipt {
    /// The one outcome of all recipients.
    var outcome: MailOutcome? {
        guard let first = recipients.first?.outcome, recipients.allSatisfy({ $0.outcome == first }) else { return nil }
        return first
    }
}

extension MailOutcome {
    var wait: Duration? { if case .retryable(_, let after) = self { after } else { nil } }
    var id: String? { if case .accepted(let id) = self { id } else { nil } }
}
