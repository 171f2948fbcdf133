import GroundworkCore

/// What a `bounce` of SendGrid says about the address
/// (twilio.com/docs/sendgrid/ui/sending-email/bounces-and-blocks, with its `bounce_classification`).
///
/// It suppresses an address for ever: a full mailbox, a mail that was taken for spam, or a sender of bad repute must not.
struct SendGridBounce {
    /// `blocked` is a refusal of this mail, not of the mailbox.
    private let isBlock: Bool
    /// SendGrid's own judgement, in lower case; empty where it has none.
    private let classification: String
    private let status: EnhancedStatusCode?

    init(_ json: JSONValue) {
        isBlock = json["type"]?.string?.lowercasedASCII() == "blocked"
        let words = json["bounce_classification"]?.string?.trimmingASCIIWhitespace().lowercasedASCII() ?? ""
        classification = words == "unclassified" ? "" : words
        status = json["status"]?.string.flatMap { EnhancedStatusCode($0.trimmingASCIIWhitespace()) }
    }

    /// Hard where the address is at fault: by SendGrid's judgement or the server's code; without a judgement, unless the code
    /// says that something else is.
    var kind: MailEvent.Bounce {
        if isBlock || status?.category == 4 { return .soft }
        if classification == "invalid address" || status?.isOfAddress == true { return .hard }
        guard classification.isEmpty else { return .soft }
        return status?.isOfMail == true ? .soft : .hard
    }
}

extension EnhancedStatusCode {
    /// The receiver's address is at fault: 5.1.x (RFC 3463, section 3.2) but for what is about the sender's address.
    fileprivate var isOfAddress: Bool { category == 5 && subject == 1 && ![7, 8, 9].contains(detail) }

    /// The mail, the sender or the room in the mailbox is at fault, not the address (sections 3.2 to 3.8).
    fileprivate var isOfMail: Bool {
        switch subject {
        case 1: [7, 8, 9].contains(detail)
        case 2: [2, 3, 4].contains(detail)
        case 3, 6, 7: true
        default: false
        }
    }
}
