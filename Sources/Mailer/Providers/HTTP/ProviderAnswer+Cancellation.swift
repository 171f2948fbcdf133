extension HTTPMailProvider {
    /// Sends a request that calls a mail off.
    /// - Parameters:
    ///   - request: the request.
    ///   - deadline: when to give up.
    ///   - refusal: reads the provider's own error in an answer.
    ///   - isDone: whether such an error says that the mail was called off before.
    /// - Throws: ``MailError`` unless the mail is called off; `CancellationError`.
    func callOff(
        _ request: ProviderRequest,
        deadline: ContinuousClock.Instant?,
        refusal: (ProviderAnswer) -> ProviderRefusal?,
        isDone: (ProviderRefusal) -> Bool = { _ in false }
    ) async throws {
        switch try await client.exchange(request, deadline: deadline) {
        case .lost(let reason):
            try Task.checkCancellation()
            throw MailError(.unavailable, "\(reason); cancel it once more.", transport: name, isRetryable: true)
        case .answered(let answer):
            let refusal = refusal(answer)
            if refusal.map(isDone) ?? answer.isSuccess { return }
            throw answer.cancellationError(refusal, transport: name)
        }
    }
}

extension ProviderAnswer {
    /// Why a mail could not be called off.
    fileprivate func cancellationError(_ refusal: ProviderRefusal?, transport: String) -> MailError {
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
