extension MailError.Code {
    /// The mail was refused for good, for the one recipient that it had.
    public static let rejected = MailError.Code("rejected")
    /// The recipient is on the list of those that must not be mailed.
    public static let suppressed = MailError.Code("suppressed")
    /// The mail may have been sent or not; it was not sent again, so that it does not arrive twice.
    public static let outcomeUnknown = MailError.Code("outcomeUnknown")
}

extension MailReceipt {
    /// Returns the receipt if every recipient's mail was accepted.
    /// - Throws: ``MailError`` for the first that was not: with ``MailError/Code/suppressed``,
    ///   ``MailError/Code/rejected``, ``MailError/Code/unavailable`` when it may be accepted later, or
    ///   ``MailError/Code/outcomeUnknown``. Its ``MailError/receipt`` is this one, with the mail's Message-ID.
    @discardableResult public func requireAccepted() throws(MailError) -> MailReceipt {
        guard let failure = failures.first, var error = error(for: failure.outcome) else { return self }
        if failures.count > 1 { error.message += " \(failures.count) recipients are concerned." }
        error.transport = transport
        error.receipt = self
        throw error
    }

    private func error(for outcome: MailOutcome) -> MailError? {
        switch outcome {
        case .accepted: nil
        case .rejected(let reply) where reply.name == .suppressed:
            MailError(
                .suppressed,
                "The recipient is suppressed (\(reply.text)), and nothing was sent. Release the address once its owner "
                    + "has mended it.",
                reply: reply
            )
        case .rejected(let reply):
            MailError(
                .rejected,
                "The mail was refused for good\(Self.codes(reply)); see the reply.",
                reply: reply
            )
        case .retryable(let reply, _):
            MailError(
                .unavailable,
                "The mail was not accepted after \(attempts) tries\(Self.codes(reply)); send it again later.",
                reply: reply,
                isRetryable: true
            )
        case .unknown(let reason):
            MailError(
                .outcomeUnknown,
                "The mail may have been sent, and was not sent again so that it does not arrive twice: \(reason)"
            )
        }
    }

    /// The codes of a reply in brackets.
    private static func codes(_ reply: MailReply) -> String { reply.codes.isEmpty ? "" : " (\(reply.codes))" }
}
