/// A provider with an HTTP API, as far as providers differ. Everything else is the same for all: waiting, deadlines,
/// what a lost answer means, batches.
///
/// Another provider is a type that conforms: it writes requests, reads answers, and names its errors. Its public methods
/// call ``deliver(_:deadline:)`` and ``deliver(batch:deadline:)``.
protocol HTTPMailProvider: MailBatchTransport {
    /// Sends the requests.
    var client: ProviderClient { get }

    /// The request for one mail, or what became of it without one.
    /// - Throws: ``MailError`` for a mail that the provider would refuse.
    func request(for mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> ProviderStep

    /// What the answer means.
    func verdict(on answer: ProviderAnswer, to request: ProviderRequest) -> ProviderVerdict

    /// Which mails go together, by their places; every place stands once. Mails that need a request of their own are alone.
    func groups(of mails: [OutgoingMail]) -> [[Int]]

    /// The request for several mails, all of one group.
    func batchRequest(for mails: [OutgoingMail]) throws(MailError) -> ProviderRequest

    /// What the answer means for each mail; one verdict alone is for all of them.
    func batchVerdicts(on answer: ProviderAnswer, count: Int) -> [ProviderVerdict]

    /// Whether the refusal of a request for several mails is about what they share, so that the same would become of each of
    /// them alone.
    func concernsAll(_ reply: MailReply, of mails: [OutgoingMail]) -> Bool

    /// The Message-ID that the mail has on its way, if the provider keeps the library's.
    func messageID(of mail: OutgoingMail) -> MessageID?
}

/// What comes next for a mail.
enum ProviderStep: Sendable {
    /// The request that sends it.
    case send(ProviderRequest, reference: String?)
    /// Nothing: this became of it.
    case settled(MailOutcome)
}

extension HTTPMailProvider {
    /// Nothing is known of such refusals: halves find the mail that is at fault.
    func concernsAll(_ reply: MailReply, of mails: [OutgoingMail]) -> Bool { false }

    /// Sends one mail; where there are blind copies only, one request for each.
    func deliver(_ mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailReceipt {
        let copies = try mail.copies()
        if copies.count == 1 {
            return try receipt(mail, [.success(try await outcome(of: copies[0], deadline: deadline))])
        }
        var run = ProviderBatchRun(provider: self, mails: copies, deadline: deadline)
        // A request for several has a key of its own, under which nobody could ask again for one of them.
        return try receipt(mail, try await run.outcomes(alone: capabilities.supports(.idempotency)))
    }

    /// Sends mails, as many as go together in one request.
    func deliver(
        batch mails: [OutgoingMail],
        deadline: ContinuousClock.Instant?
    ) async throws -> [Result<MailReceipt, any Error>] {
        let repeated = Set(mails.placesOfRepeatedKeys)
        var copies: [[OutgoingMail]] = []
        for (index, mail) in mails.enumerated() { copies.append(repeated.contains(index) ? [] : try mail.copies()) }
        var run = ProviderBatchRun(provider: self, mails: copies.flatMap { $0 }, deadline: deadline)
        var left = try await run.outcomes()[...]
        return zip(mails, copies).map { mail, copies in
            if copies.isEmpty { return .failure(MailError.repeatedKey) }
            let own = Array(left.prefix(copies.count))
            left = left.dropFirst(copies.count)
            return Result { try receipt(mail, own) }
        }
    }

    /// What becomes of one mail.
    func outcome(of mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailOutcome {
        switch try await request(for: mail, deadline: deadline) {
        case .settled(let outcome): return outcome
        case .send(let request, let reference):
            switch try await client.exchange(request, deadline: deadline) {
            case .lost(let reason): return .unknown(reason: reason)
            case .answered(let answer):
                switch verdict(on: answer, to: request) {
                case .fault(let error): throw error
                case .outcome(.accepted(let id)): return .accepted(id: Self.joined(id, reference))
                case .outcome(let outcome): return outcome
                }
            }
        }
    }

    /// An id with the reference by which the mail can be called off.
    private static func joined(_ id: String?, _ reference: String?) -> String? {
        guard let reference else { return id }
        return "\(id ?? "")/\(reference)"
    }

    private func receipt(_ mail: OutgoingMail, _ results: [Result<MailOutcome, any Error>]) throws -> MailReceipt {
        try MailReceipt(mail, results, transport: name, messageID: messageID(of: mail))
    }
}
