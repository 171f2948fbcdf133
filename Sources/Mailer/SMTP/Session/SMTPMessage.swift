/// A message as SMTP sends it.
struct SMTPMessage: Sendable {
    var envelope: MailEnvelope
    var content: SMTPContent
    var notifications: SMTPDeliveryNotifications?
    var envelopeID: String?

    /// Whether addresses or headers have characters beyond ASCII.
    var needsSMTPUTF8: Bool { content.needsSMTPUTF8 || envelope.needsSMTPUTF8 }

    /// Why a server, by its own words, cannot take the message; nil when it may.
    func obstacle(for capabilities: SMTPCapabilities, host: String) -> MailReply? {
        if let size = content.size, let limit = capabilities.maximumSize, size > limit {
            return .tooLarge("\(size)", host: host, limit: limit)
        }
        if needsSMTPUTF8, !capabilities.smtpUTF8 {
            return MailReply(
                enhancedCode: EnhancedStatusCode(5, 6, 7),
                text: "An address has characters beyond ASCII, and \(host) does not offer SMTPUTF8."
            )
        }
        if content.needs8BitMIME, !capabilities.eightBitMIME {
            return MailReply(
                enhancedCode: EnhancedStatusCode(5, 6, 3),
                text: "The message has bytes beyond ASCII, and \(host) does not offer 8BITMIME."
            )
        }
        return nil
    }
}

extension MailReply {
    /// What servers say to the same end (RFC 1870, section 6.1; RFC 3463).
    static func tooLarge(_ size: String, host: String, limit: Int) -> MailReply {
        MailReply(
            enhancedCode: EnhancedStatusCode(5, 3, 4),
            text: "The message has \(size) bytes; \(host) takes at most \(limit)."
        )
    }
}

/// The content of a message: header and body, not yet dot-stuffed.
struct SMTPContent: Sendable {
    /// The bytes. Chunks are read once, after the server has asked for them.
    enum Bytes: Sendable {
        case whole([UInt8])
        case chunks(any AsyncSequence<[UInt8], any Error> & Sendable)
    }

    var bytes: Bytes
    /// The size in bytes, or a little more; nil when it is not known.
    var size: Int?
    /// Whether there are bytes beyond ASCII.
    var needs8BitMIME = false
    /// Whether a header has characters beyond ASCII.
    var needsSMTPUTF8 = false
}
