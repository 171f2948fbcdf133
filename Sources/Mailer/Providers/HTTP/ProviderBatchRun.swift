/// One call that sends many mails: in groups, and in smaller ones when the provider refuses a group as a whole.
struct ProviderBatchRun<Provider: HTTPMailProvider> {
    private let provider: Provider
    private let mails: [OutgoingMail]
    private let deadline: ContinuousClock.Instant?
    private var results: [MailOutcome?]
    /// Whether anything may have been sent, so that the receipts must reach the caller.
    private var hasSent = false

    init(provider: Provider, mails: [OutgoingMail], deadline: ContinuousClock.Instant?) {
        self.provider = provider
        self.mails = mails
        self.deadline = deadline
        results = Array(repeating: nil, count: mails.count)
    }

    /// What became of each mail.
    ///
    /// What concerns no mail is thrown as long as nothing was sent; later it becomes the outcome of those that are left.
    mutating func outcomes() async throws -> [MailOutcome] {
        for group in provider.groups(of: mails) {
            do {
                try await send(group)
            } catch {
                guard hasSent else { throw error }
                let outcome = Self.unsent(error)
                for index in results.indices where results[index] == nil { results[index] = outcome }
                break
            }
        }
        return results.map { $0 ?? .unknown(reason: "the provider did not say what became of it") }
    }

    private mutating func send(_ group: [Int]) async throws {
        if group.count == 1 { return try await sendAlone(group[0]) }
        let request: ProviderRequest
        do throws(MailError) {
            request = try provider.batchRequest(for: group.map { mails[$0] })
        } catch {
            // One of them cannot be sent at all; alone, each has its own answer.
            for index in group { try await sendAlone(index) }
            return
        }
        switch try await provider.client.exchange(request, deadline: deadline) {
        case .lost(let reason):
            hasSent = true
            for index in group { results[index] = .unknown(reason: reason) }
        case .answered(let answer):
            try await take(provider.batchVerdicts(on: answer, count: group.count), for: group)
        }
    }

    private mutating func take(_ verdicts: [ProviderVerdict], for group: [Int]) async throws {
        if verdicts.count == group.count {
            let outcomes = try verdicts.map(Self.outcome)
            hasSent = true
            for (index, outcome) in zip(group, outcomes) { results[index] = outcome }
            return
        }
        guard let verdict = verdicts.first else { return }
        let outcome = try Self.outcome(verdict)
        if case .rejected(let reply) = outcome {
            // The key of the group stands for another body, so that something was sent under it: nobody knows what.
            if reply.name == .invalidIdempotentRequest {
                hasSent = true
                for index in group { results[index] = .unknown(reason: "a batch with these mails was sent before") }
                return
            }
            // Halves cannot help where all of them are at fault in the same way.
            if reply.name == .invalidFromAddress, Set(group.map { mails[$0].message.from }).count == 1 {
                for index in group { results[index] = outcome }
                return
            }
            // Nothing of it was sent. Halves find the mail that is at fault, and the others go.
            try await send(Array(group.prefix(group.count / 2)))
            try await send(Array(group.suffix(group.count - group.count / 2)))
            return
        }
        hasSent = true
        for index in group { results[index] = outcome }
    }

    private mutating func sendAlone(_ index: Int) async throws {
        do {
            results[index] = try await provider.outcome(of: mails[index], deadline: deadline)
            hasSent = true
        } catch let error as MailError where error.concernsMail {
            results[index] = Self.unsent(error)
        }
    }

    private static func outcome(_ verdict: ProviderVerdict) throws -> MailOutcome {
        switch verdict {
        case .outcome(let outcome): return outcome
        case .fault(let error): throw error
        }
    }

    /// The outcome of a mail for which nothing was sent.
    private static func unsent(_ error: any Error) -> MailOutcome {
        guard let error = error as? MailError else {
            return .retryable(MailReply(text: "The task was cancelled before this mail was sent."), after: nil)
        }
        let reply = MailReply(text: error.message, name: MailReply.Name(error.code.rawValue))
        // What is wrong with the key or the account says nothing of the mail: another provider may take it.
        let isOfAccount = [.deadlineExceeded, .authenticationFailed, .invalidConfiguration].contains(error.code)
        return error.isRetryable || isOfAccount ? .retryable(reply, after: nil) : .rejected(reply)
    }
}

extension MailError {
    /// Whether it is about the mail itself, so that others may be sent all the same.
    fileprivate var concernsMail: Bool {
        [
            .limitExceeded, .unsupported, .invalidMessage, .reservedHeader, .invalidAttachment, .contentUnreadable,
            .noRecipients, .invalidHeader,
        ].contains(code)
    }
}
