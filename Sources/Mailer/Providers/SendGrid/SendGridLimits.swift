/// SendGrid's limits on what only it has (twilio.com/docs/sendgrid/api-reference/mail-send/limitations).
enum SendGridLimits {
    /// The longest category, in characters.
    static let categoryLength = 255
    /// The most of the metadata, in bytes as JSON.
    static let metadataSize = 10_000
    /// The most addresses for replies.
    static let replyTo = 1000

    /// - Throws: ``MailError`` with the limit and the remedy.
    static func check(_ message: MailMessage, transport: String) throws(MailError) {
        func limit(_ text: String) -> MailError { MailError(.limitExceeded, text, transport: transport) }
        for tag in message.tags where category(tag).utf8.count > categoryLength {
            throw limit(
                "The tag \(tag.name.prefix(bytes: 32))… is longer than the \(categoryLength) characters of a category; shorten it."
            )
        }
        guard Set(message.tags.map(category)).count == message.tags.count else {
            throw MailError(.invalidMessage, "Two tags are equal, and SendGrid refuses that.", transport: transport)
        }
        if !message.metadata.isEmpty {
            var json = JSONWriter()
            json.metadata(message.metadata)
            // The batch id of a scheduled mail goes with them.
            let room = metadataSize - (message.scheduledAt == nil ? 0 : 256)
            guard (json.bytesInMemory?.count ?? 0) <= room else {
                throw limit(
                    "The metadata have more than the \(room) bytes that SendGrid takes; keep them yourself."
                )
            }
            for name in message.metadata.keys where SendGridEvents.members.contains(name) {
                throw MailError(
                    .invalidMessage,
                    "The metadata \(name) would hide the member of that name in SendGrid's events; choose another name.",
                    transport: transport
                )
            }
        }
        for attachment in message.attachments where attachment.content.length == 0 {
            throw MailError(
                .invalidAttachment,
                "The attachment \(attachment.fileName) is empty, and SendGrid refuses that; leave it out.",
                transport: transport
            )
        }
        if let calendar = message.calendar, !calendar.namesItsMethod {
            throw MailError(
                .invalidMessage,
                "SendGrid takes no method beside the calendar object; write the line METHOD:\(calendar.method.rawValue) into it.",
                transport: transport
            )
        }
        guard message.replyTo.mailboxes.count <= replyTo else {
            throw limit("The mail has more than \(replyTo) addresses for replies.")
        }
    }

    /// A tag as a category: its name, or name and value with a colon between.
    static func category(_ tag: MailTag) -> String { tag.value.map { "\(tag.name):\($0)" } ?? tag.name }
}

extension MailCalendar {
    /// Whether the object says itself what the receiver is asked to do (RFC 5545, section 3.7.2).
    fileprivate var namesItsMethod: Bool {
        let wanted = "method:\(method.rawValue)".lowercasedASCII()
        return text.utf8.split { $0 == 0x0D || $0 == 0x0A }.contains {
            String(Substring($0)).lowercasedASCII().trimmingASCIIWhitespace() == wanted
        }
    }
}

extension JSONWriter {
    /// Metadata as an object, in the order of their names, so that the same mail is the same text.
    mutating func metadata(_ metadata: [String: String]) {
        object { json in
            for name in metadata.keys.sorted() { json.member(name, metadata[name]) }
        }
    }
}
