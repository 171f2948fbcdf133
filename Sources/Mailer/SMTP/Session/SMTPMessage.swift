/// A message as SMTP sends it.
struct SMTPMessage: Sendable {
    var envelope: MailEnvelope
    var content: SMTPContent
    var notifications: SMTPDeliveryNotifications?
    var envelopeID: String?

    /// Whether addresses or headers have characters beyond ASCII.
    var needsSMTPUTF8: Bool { content.needsSMTPUTF8 || envelope.needsSMTPUTF8 }

    /// Why a server, by its own words, cannot take the message for anybody; nil when it may. Nothing of it is the
    /// recipients' fault: another server may take it.
    func obstacle(for capabilities: SMTPCapabilities, host: String) -> SMTPFailure? {
        if let size = content.size, let limit = capabilities.maximumSize, size > limit {
            return .tooLarge("\(size)", host: host, limit: limit)
        }
        let isForAll = content.needsSMTPUTF8 || envelope.sender?.needsSMTPUTF8 == true
        if !capabilities.smtpUTF8, isForAll || envelope.recipients.allSatisfy(\.needsSMTPUTF8) {
            return SMTPFailure(
                .unsuitableServer,
                "An address has characters beyond ASCII, and \(host) does not offer SMTPUTF8. Send it through another server."
            )
        }
        if content.needs8BitMIME, !capabilities.eightBitMIME {
            return SMTPFailure(
                .unsuitableServer,
                "The message has bytes beyond ASCII, and \(host) does not offer 8BITMIME. Send it through another server."
            )
        }
        return nil
    }

    /// The places of the recipients whose addresses the server cannot take, while it can take the message.
    func unsupportedRecipients(for capabilities: SMTPCapabilities) -> [Int] {
        guard !capabilities.smtpUTF8 else { return [] }
        return envelope.recipients.indices.filter { envelope.recipients[$0].needsSMTPUTF8 }
    }
}

extension SMTPFailure {
    static func tooLarge(_ size: String, host: String, limit: Int) -> SMTPFailure {
        SMTPFailure(
            .tooLarge,
            "The message has \(size) bytes; \(host) takes at most \(limit). Send less, or through another server."
        )
    }
}

extension MailReply {
    /// What servers say to the same end (RFC 6531, section 3.4), with a name by which a delivery asks another one.
    static func unsupportedAddress(host: String) -> MailReply {
        MailReply(
            enhancedCode: EnhancedStatusCode(5, 6, 7),
            text: "The address has characters beyond ASCII, and \(host) does not offer SMTPUTF8.",
            name: .unsupported
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
    /// Whether it can be sent more than once.
    var isReplayable = true
    /// Whether there are bytes beyond ASCII.
    var needs8BitMIME = false
    /// Whether a header has characters beyond ASCII.
    var needsSMTPUTF8 = false
}
