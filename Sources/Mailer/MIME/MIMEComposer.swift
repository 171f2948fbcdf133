public import GroundworkCore

/// Turns a message into what is sent (RFC 5322, RFC 2045 to 2047, RFC 2231).
///
///     let composed = try MIMEComposer().compose(message)
///     for try await chunk in composed.chunks() { … }
///
/// Composing reads no attachment. The same message gives the same bytes if it has a date and a Message-ID and the source
/// of randomness is a fixed one.
public struct MIMEComposer: Sendable {
    /// Where boundaries, and the Message-ID of a message without one, come from.
    public var random: any RandomSource
    /// The date of a message without one.
    public var time: any TimeSource

    /// The largest number of attachments.
    public static let maximumAttachments = 1000

    /// Makes a composer.
    public init(random: any RandomSource = SystemRandom(), time: any TimeSource = SystemTime()) {
        self.random = random
        self.time = time
    }

    /// Composes a message.
    /// - Throws: ``MailError`` with ``MailError/Code/limitExceeded`` or ``MailError/Code/invalidMessage``.
    public func compose(_ message: MailMessage) throws(MailError) -> MIMEMessage {
        guard message.attachments.count <= Self.maximumAttachments else {
            throw MailError(.limitExceeded, "The message has more than \(Self.maximumAttachments) attachments.")
        }
        var names: Set<ContentID> = []
        for case let id? in message.attachments.map(\.contentID) where !names.insert(id).inserted {
            throw MailError(.invalidMessage, "Two inline parts have the same Content-ID \(id); give each its own.")
        }
        var writer = HeaderWriter()
        writer.output.reserveCapacity(2048)
        MessageHeader.append(
            message,
            id: message.messageID ?? MessageID.random(domain: message.from.address.domain, random),
            date: message.date ?? time.now,
            to: &writer
        )
        var body = BodyBuilder(random: random)
        body.append(BodyPart(message), header: &writer)
        return MIMEMessage(
            header: writer.output,
            needsSMTPUTF8: Self.needsSMTPUTF8(message),
            segments: body.finished()
        )
    }

    private static func needsSMTPUTF8(_ message: MailMessage) -> Bool {
        if message.from.address.needsSMTPUTF8 || message.sender?.address.needsSMTPUTF8 == true { return true }
        return [message.to, message.cc, message.replyTo].contains { list in
            list.mailboxes.contains(where: \.address.needsSMTPUTF8)
        }
    }
}
