import FoundationEssentials
import GroundworkCore

/// Writes the header fields of a message, those of its body not included.
enum MessageHeader {
    /// Appends the fields in the order in which people expect them.
    static func append(_ message: MailMessage, id: MessageID, date: Date, to writer: inout HeaderWriter) {
        writer.address("From", message.from)
        if let sender = message.sender, sender != message.from { writer.address("Sender", sender) }
        writer.addresses("Reply-To", message.replyTo)
        if message.to.isEmpty, message.cc.isEmpty {
            // Some servers refuse a message without any recipient in its header.
            writer.field("To", "Undisclosed recipients:;")
        }
        writer.addresses("To", message.to)
        writer.addresses("Cc", message.cc)
        writer.begin("Subject")
        writer.unstructured(message.subject)
        writer.end()
        writer.field("Date", MailDateText.text(date))
        writer.field("Message-ID", id.description)
        writer.messageIDs("In-Reply-To", message.inReplyTo)
        writer.messageIDs("References", message.references)
        append(message.priority, to: &writer)
        if let list = message.listUnsubscribe { append(list, to: &writer) }
        if let locale = message.locale { writer.field("Content-Language", locale.rawValue) }
        for header in message.headers where !isWritten(header.name, message) {
            writer.begin(header.name)
            writer.unstructured(header.value)
            writer.end()
        }
        writer.field("MIME-Version", "1.0")
    }

    /// Whether a property of the message says what the header would: each field stands once, and the property counts.
    private static func isWritten(_ name: HeaderName, _ message: MailMessage) -> Bool {
        switch name.canonical {
        case "x-priority", "importance", "priority": message.priority != nil
        case "content-language": message.locale != nil
        default: false
        }
    }

    private static func append(_ priority: MailPriority?, to writer: inout HeaderWriter) {
        switch priority {
        case .high:
            writer.field("X-Priority", "1")
            writer.field("Importance", "high")
            writer.field("Priority", "urgent")
        case .normal:
            writer.field("X-Priority", "3")
            writer.field("Importance", "normal")
        case .low:
            writer.field("X-Priority", "5")
            writer.field("Importance", "low")
            writer.field("Priority", "non-urgent")
        case nil: break
        }
    }

    private static func append(_ list: ListUnsubscribe, to writer: inout HeaderWriter) {
        writer.begin("List-Unsubscribe")
        if let url = list.url { writer.word("<\(url)>") }
        if let address = list.address {
            if list.url != nil { writer.append(",") }
            writer.word("<mailto:\(ListUnsubscribe.mailtoText(of: address))?subject=unsubscribe>")
        }
        writer.end()
        if list.isOneClick { writer.field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") }
    }
}

extension HeaderWriter {
    /// A field of Message-IDs, with room for a fold before each; nothing at all for an empty list.
    mutating func messageIDs(_ name: String, _ ids: [MessageID]) {
        guard !ids.isEmpty else { return }
        begin(name)
        for id in ids { word(id.description) }
        end()
    }
}

extension ListUnsubscribe {
    /// The address inside a `mailto:` URL (RFC 6068, section 2).
    static func mailtoText(of address: EnvelopeAddress) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in address.wireText.utf8 {
            if byte.isAlphanumeric || [0x2D, 0x2E, 0x5F, 0x7E, 0x40, 0x2B].contains(byte) {
                result.append(byte)
            } else {
                result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
