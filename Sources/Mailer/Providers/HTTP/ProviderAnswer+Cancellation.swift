extension ProviderAnswer {
    /// Why a mail could not be called off.
    func cancellationError(_ refusal: ProviderRefusal?, transport: String) -> MailError {
        switch verdict(refusal, transport: transport) {
        case .fault(let error) where refusal != nil && error.reply?.code == 404:
            return MailError(
                .unsupported,
                "\(transport) does not know the mail (\(error.reply?.codes ?? "404")).",
                transport: transport,
                reply: error.reply
            )
        case .fault(let error): return error
        case .outcome(.retryable(let reply, _)):
            let isThrottled = reply.code == 429
            return MailError(
                isThrottled ? .throttled : .unavailable,
                "\(transport) did not call the mail off (\(reply.codes)); see the reply.",
                transport: transport,
                reply: reply,
                isRetryable: true
            )
        case .outcome(.rejected(let reply)):
            return MailError(
                .unsupported,
                "\(transport) cannot call the mail off any more (\(reply.codes)); see the reply.",
                transport: transport,
                reply: reply
            )
        case .outcome(let outcome):
            let reason = if case .unknown(let reason) = outcome { reason } else { "\(transport) answered \(status)" }
            return MailError(
                .unavailable,
                "It is not known whether the mail was called off: \(reason).",
                transport: transport,
                isRetryable: true
            )
        }
    }
}
