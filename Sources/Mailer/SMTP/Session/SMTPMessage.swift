/// A message as SMTP sends it.
struct SMTPMessage: Sendable {
    var envelope: MailEnvelope
    var content: SMTPContent
    var notifications: SMTPDeliveryNotifications?
    var envelopeID: String?

    /// Whether addresses or headers have characters beyond ASCII.
    var needsSMTPUTF8: Bool { content.needsSMTPUTF8 || envelope.needsSMTPUTF8 }

    /// Why a server, by its own words, cannot take the message; nil when it may. Another server may take it.
    func obstacle(for capabilities: SMTPCapabilities, host: String) -> MailError? {
        if let size = content.size, let limit = capabilities.maximumSize, size > limit {
            return .tooLarge("\(size)", host: host, limit: limit)
        }
        if needsSMTPUTF8, !capabilities.smtpUTF8 {
            return MailError(
                .unsupported,
                beforehand: EnhancedStatusCode(5, 6, 7),
                "An address has characters beyond ASCII, and \(host) does not offer SMTPUTF8."
            )
        }
        if content.needs8BitMIME, !capabilities.eightBitMIME {
            return MailError(
                .unsupported,
                beforehand: EnhancedStatusCode(5, 6, 3),
                "The message has bytes beyond ASCII, and \(host) does not offer 8BITMIME."
            )
        }
        return nil
    }
}

extension MailError {
    /// A message that a server would refuse, with the code by which servers do so (RFC 3463).
    fileprivate init(_ code: Code, beforehand enhanced: EnhancedStatusCode?, _ text: String) {
        self.init(code, "\(text) Nothing was sent.", reply: MailReply(enhancedCode: enhanced, text: text))
    }

    /// A message that is larger than the server takes (RFC 1870, section 6.1).
    static func tooLarge(_ size: String, host: String, limit: Int) -> MailError {
        MailError(
            .limitExceeded,
            beforehand: EnhancedStatusCode(5, 3, 4),
            "The message has \(size) bytes; \(host) takes at most \(limit)."
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
