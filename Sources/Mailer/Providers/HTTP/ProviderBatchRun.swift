/// One call that sends many mails: in groups, and in smaller ones when the provider refuses a group as a whole.
struct ProviderBatchRun<Provider: HTTPMailProvider> {
    let provider: Provider
    let mails: [OutgoingMail]
    let deadline: ContinuousClock.Instant?
    var results: [Result<MailOutcome, any Error>?]
    /// Whether anything may have been sent, so that the receipts must reach the caller.
    var hasSent = false

    init(provider: Provider, mails: [OutgoingMail], deadline: ContinuousClock.Instant?) {
        self.provider = provider
        self.mails = mails
        self.deadline = deadline
        results = Array(repeating: nil, count: mails.count)
    }

    /// What became of each mail, or why it was not sent.
    ///
    /// What concerns no mail is thrown as long as nothing was sent; later it is the error of those that are left.
    /// - Parameter alone: whether none goes together with another.
    mutating func outcomes(alone: Bool = false) async throws -> [Result<MailOutcome, any Error>] {
        let groups = alone ? mails.indices.map { [$0] } : provider.groups(of: mails)
        do {
            for group in groups where group.count > 1 { try await send(group) }
            try await sendAlone(groups.filter { $0.count == 1 }.map { $0[0] })
        } catch {
            guard hasSent else { throw error }
            for index in results.indices where results[index] == nil { results[index] = .failure(error) }
        }
        return results.map { $0 ?? .success(.unknown(reason: "the provider did not say what became of it")) }
    }

    private mutating func send(_ group: [Int]) async throws {
        if group.count == 1 { return try await sendAlone(group) }
        let request: ProviderRequest
        do throws(MailError) {
            request = try provider.batchRequest(for: group.map { mails[$0] })
        } catch {
            // One of them cannot be sent at all; alone, each has its own answer.
            return try await sendAlone(group)
        }
        switch try await provider.client.exchange(request, deadline: deadline) {
        case .lost(let reason):
            hasSent = true
            for index in group { results[index] = .success(.unknown(reason: reason)) }
        case .answered(let answer):
            try await take(provider.batchVerdicts(on: answer, count: group.count), for: group)
        }
    }

    private mutating func take(_ verdicts: [ProviderVerdict], for group: [Int]) async throws {
        if verdicts.count == group.count {
            let outcomes = try verdicts.map(Self.outcome)
            hasSent = true
            for (index, outcome) in zip(group, outcomes) { results[index] = .success(outcome) }
            return
        }
        guard let verdict = verdicts.first else { return }
        let outcome = try Self.outcome(verdict)
        if case .rejected(let reply) = outcome {
            // Halves cannot help where all of them are at fault in the same way, or none is.
            if provider.concernsAll(reply, of: group.map { mails[$0] }) {
                for index in group { results[index] = .success(outcome) }
                return
            }
            // Nothing of it was sent. Halves find the mail that is at fault, and the others go.
            try await send(Array(group.prefix(group.count / 2)))
            try await send(Array(group.suffix(group.count - group.count / 2)))
            return
        }
        hasSent = true
        for index in group { results[index] = .success(outcome) }
    }

    private static func outcome(_ verdict: ProviderVerdict) throws -> MailOutcome {
        switch verdict {
        case .outcome(let outcome): return outcome
        case .fault(let error): throw error
        }
    }
}
