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
        let own = Set(message.headers.map(\.name.canonical))
        append(message.priority, but: own, to: &writer)
        if let list = message.listUnsubscribe { append(list, to: &writer) }
        if let locale = message.locale, !own.contains("content-language") {
            writer.field("Content-Language", locale.rawValue)
        }
        for header in message.headers {
            writer.begin(header.name)
            writer.unstructured(header.value)
            writer.end()
        }
        writer.field("MIME-Version", "1.0")
    }

    /// - Parameter own: the fields that the message has of its own, which stand once.
    private static func append(_ priority: MailPriority?, but own: Set<String>, to writer: inout HeaderWriter) {
        let fields: [(String, String)] =
            switch priority {
            case .high: [("X-Priority", "1"), ("Importance", "high"), ("Priority", "urgent")]
            case .normal: [("X-Priority", "3"), ("Importance", "normal")]
            case .low: [("X-Priority", "5"), ("Importance", "low"), ("Priority", "non-urgent")]
            case nil: []
            }
        for (name, value) in fields where !own.contains(name.lowercasedASCII()) { writer.field(name, value) }
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
