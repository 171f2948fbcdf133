/// What became of a mail to one recipient.
///
/// The four cases decide what may follow. Only ``retryable(_:after:)`` is sent again without more ado; an
/// ``unknown(reason:)`` may have been delivered, so that it is sent again only through a transport that recognises it.
public enum MailOutcome: Sendable, Hashable {
    /// The server took responsibility for it, under this id if it gave one.
    case accepted(id: String?)
    /// Refused for good: the same mail to the same recipient will be refused again.
    case rejected(MailReply)
    /// Not accepted, but it may be later; the server asks to wait that long, if it says so.
    case retryable(MailReply, after: Duration?)
    /// The connection or the time ended after the mail was sent and before the answer came.
    case unknown(reason: String)

    /// Whether the server took it.
    public var isAccepted: Bool {
        if case .accepted = self { true } else { false }
    }

    /// The server's reply, where there is one.
    public var reply: MailReply? {
        switch self {
        case .rejected(let reply), .retryable(let reply, _): reply
        case .accepted, .unknown: nil
        }
    }
}
