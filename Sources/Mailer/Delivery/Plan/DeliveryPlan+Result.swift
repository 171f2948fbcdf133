extension DeliveryPlan {
    /// The outcomes in the order of the recipients, or the error when nothing was sent to anybody.
    ///
    /// A mail that may have gone out is never hidden behind an error: as soon as one recipient has an outcome there are
    /// outcomes for all.
    func result(names: [String]) -> Result<[MailOutcome], any Error> {
        let isUntouched = standings.allSatisfy { if case .pending(nil) = $0 { true } else { false } }
        if isUntouched { return .failure(isCancelled ? CancellationError() : error(names)) }
        return .success(
            standings.map { standing in
                switch standing {
                case .settled(let outcome): outcome
                case .locked(let lock): .unknown(reason: lock.reason)
                // Every recipient was part of the first offer, so that all have an outcome if one has.
                case .pending(let last): last ?? .retryable(MailReply(text: "It was not sent."), after: nil)
                }
            }
        )
    }

    private func error(_ names: [String]) -> MailError {
        guard let last = errors.last?.error else {
            if hasSkipped {
                return MailError(
                    .unavailable,
                    "No transport takes mail at the moment: the circuit of \(names.joined(separator: ", ")) is open after "
                        + "failures. Try again later.",
                    isRetryable: true
                )
            }
            return MailError(.deadlineExceeded, "The deadline passed before the mail was sent.", isRetryable: true)
        }
        let failed = Set(errors.map(\.route)).sorted()
        guard failed.count > 1 else { return last }
        let lines = failed.compactMap { route in
            errors.last { $0.route == route }.map { "\(names[route]): \($0.error.message)" }
        }
        let decisive = errors.last { $0.error.isRetryable }?.error ?? last
        return MailError(
            decisive.code,
            "No transport took the mail. \(lines.joined(separator: " "))",
            reply: decisive.reply,
            isRetryable: decisive.isRetryable,
            underlyingError: decisive
        )
    }
}

extension MailReply.Name {
    /// The recipient is on the list of those that must not be mailed.
    public static let suppressed = MailReply.Name("suppressed")
}
