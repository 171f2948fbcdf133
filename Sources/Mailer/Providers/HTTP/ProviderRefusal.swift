import GroundworkCore

/// What an API's own error says.
struct ProviderRefusal: Sendable {
    /// What follows from an error.
    enum Kind: Sendable, Hashable {
        /// The mail is at fault.
        case mail
        /// It may succeed later.
        case later
        /// The same mail is being sent by another request: whether it will be, nobody knows yet.
        case underWay
        /// Another mail was sent under the same key, which may be this one in other words; never to be tried again.
        case sentBefore
        /// The account has sent all that it may; not before long.
        case quota
        /// The key is at fault.
        case key
        /// The account, the domain or the configuration is at fault.
        case account
    }

    /// The API's name for it.
    var name: MailReply.Name?
    /// The API's words, bounded.
    var text: String
    /// What it follows from the name alone; nil leaves it to the status.
    var kind: Kind?
    /// The status that the error itself names, where that of the answer says something else.
    var status: Int?

    /// The longest text that is kept of an error, in bytes.
    static let longestText = 2048

    init(name: String?, text: String, kind: Kind? = nil, status: Int? = nil) {
        self.name = name.map { MailReply.Name($0.prefix(bytes: 128)) }
        self.text = MailText.replacingControls(in: text.prefix(bytes: Self.longestText))
        self.kind = kind
        self.status = status
    }
}

extension ProviderAnswer {
    /// How long to wait for a quota to be renewed when the answer does not say it.
    static let quotaWait = Duration.seconds(24 * 60 * 60)

    /// What an answer means that is not the success which the caller looked for.
    /// - Parameter refusal: the error in its body, if it is one of the provider's own.
    func verdict(_ refusal: ProviderRefusal?, transport: String) -> ProviderVerdict {
        let status = refusal?.status ?? status
        let reply = MailReply(code: status, text: refusal?.text ?? shape, name: refusal?.name)
        func fault(_ code: MailError.Code, _ message: String, isRetryable: Bool = false) -> ProviderVerdict {
            .fault(MailError(code, message, transport: transport, reply: reply, isRetryable: isRetryable))
        }
        switch refusal?.kind {
        case .mail: return .outcome(.rejected(reply))
        case .later: return .outcome(.retryable(reply, after: wait))
        case .underWay: return .outcome(.unknown(reason: "\(transport) is still at work on it (\(reply.codes))"))
        case .sentBefore:
            let reason = "\(transport) was given something else under the same idempotency key before (\(reply.codes))"
            return .outcome(.unknown(reason: reason))
        case .quota: return .outcome(.retryable(reply, after: max(hint.retryAfter ?? .zero, Self.quotaWait)))
        case .key:
            return fault(.authenticationFailed, "\(transport) refuses the API key (\(reply.codes)).")
        case .account:
            return fault(
                .invalidConfiguration,
                "\(transport) does not let this account send so (\(reply.codes)); see the reply."
            )
        case nil: break
        }
        switch status {
        case 401: return fault(.authenticationFailed, "\(transport) refuses the API key (\(reply.codes)).")
        case 403 where refusal != nil:
            return fault(
                .invalidConfiguration,
                "\(transport) does not let this account send so (\(reply.codes)); see the reply."
            )
        case 404 where refusal != nil, 405 where refusal != nil:
            return fault(
                .unexpectedAnswer,
                "\(transport) has nothing to send mails there (\(reply.codes)); is the endpoint right?"
            )
        case 425, 429: return .outcome(.retryable(reply, after: wait))
        case 413: return .outcome(.rejected(reply))
        case 400...407 where refusal != nil, 409...499 where refusal != nil: return .outcome(.rejected(reply))
        // Whether it got the request, and how far it came with it, nobody knows: neither provider's documentation says of
        // any 5xx, 503 included, that the mail was not taken, and a proxy says so after it passed the request on, too. A
        // conflict without words may be with the same mail under way.
        case 408, 409, 500...599:
            return .outcome(
                .unknown(reason: "\(transport) answered \(refusal == nil ? "\(status) with \(shape)" : reply.codes)")
            )
        case 200...299:
            return .outcome(.unknown(reason: "\(transport) answered \(status), but with \(shape)"))
        default:
            return fault(
                .unexpectedAnswer,
                "\(transport) answered \(status) with \(shape); is the endpoint right, and is a proxy in between?"
            )
        }
    }
}
