/// What became of one transaction of a mail that has several.
struct SMTPPart {
    let count: Int
    let result: Result<[SMTPAnswer], any Error>

    init(_ job: SMTPJob, _ result: Result<[SMTPAnswer], any Error>) {
        count = job.message.envelope.recipients.count
        self.result = result
    }

    /// The answers of all parts, in order.
    /// - Throws: the first error, when no part got so far that it has an outcome. An error beside an outcome is one as
    ///   well: nothing was sent to those recipients.
    static func answers(_ parts: [SMTPPart]) throws -> [SMTPAnswer] {
        if parts.allSatisfy({ if case .failure = $0.result { true } else { false } }) {
            return try parts.first?.result.get() ?? []
        }
        return parts.flatMap { part in
            switch part.result {
            case .success(let answers): answers
            case .failure(let error): Array(repeating: SMTPAnswer(outcome(error)), count: part.count)
            }
        }
    }

    private static func outcome(_ error: any Error) -> MailOutcome {
        var reply = MailReply(text: "It was not sent to this recipient.")
        switch error {
        case let failure as SMTPFailure:
            if let said = failure.reply { reply = MailReply(said) } else { reply.text = failure.message }
            if failure.isTransient { return .retryable(reply, after: nil) }
        case let error as MailError:
            reply = error.reply ?? MailReply(text: error.message)
            if error.isRetryable { return .retryable(reply, after: nil) }
        default: return .retryable(reply, after: nil)
        }
        // Another server may do what this one cannot.
        reply.name = .unsupported
        return .rejected(reply)
    }
}
