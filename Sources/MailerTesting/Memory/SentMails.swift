import Mailer

/// The mails that arrived at an ``InMemoryMailTransport``, in order.
public struct SentMails: RandomAccessCollection, Sendable {
    let mails: [SentMail]

    /// The first place.
    public var startIndex: Int { mails.startIndex }
    /// The place behind the last one.
    public var endIndex: Int { mails.endIndex }
    /// A mail.
    public subscript(position: Int) -> SentMail { mails[position] }

    /// The only mail.
    /// - Throws: ``SentMailsError`` when there are none or several; it says what there is.
    public var single: SentMail {
        get throws(SentMailsError) {
            guard let mail = mails.first, mails.count == 1 else { throw SentMailsError(mails) }
            return mail
        }
    }

    /// The mails for one recipient.
    public func to(_ address: String) -> SentMails {
        SentMails(mails: mails.filter { $0.recipients.contains { $0.wireText == address } })
    }
}

/// There is not exactly one mail.
public struct SentMailsError: Error, Sendable, CustomStringConvertible {
    /// Subject and recipients of each mail.
    public let mails: [String]

    init(_ mails: [SentMail]) {
        self.mails = mails.map { mail in
            "\"\(mail.subject)\" to \(mail.recipients.map(\.wireText).joined(separator: ", "))"
        }
    }

    /// What there is.
    public var description: String {
        mails.isEmpty
            ? "No mail was sent where one was expected."
            : "\(mails.count) mails were sent where one was expected: \(mails.joined(separator: "; "))."
    }
}
