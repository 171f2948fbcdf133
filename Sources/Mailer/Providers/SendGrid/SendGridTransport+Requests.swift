import FoundationEssentials
import GroundworkCore
import GroundworkHTTP

extension SendGridTransport: HTTPMailProvider {
    func request(for mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> ProviderStep {
        try check(mail)
        var body = try SendGridBody(mail, transport: name)
        var batchID: String?
        if mail.message.scheduledAt != nil, configuration.scheduledMailsCanBeCancelled, !configuration.isSandbox {
            switch try await newBatchID(deadline: deadline) {
            case .success(let id):
                batchID = id
                body = try SendGridBody(mail, transport: name, batchID: id)
            case .failure(let stop): return .settled(stop.outcome)
            }
        }
        let json = body.json([body.personalization], configuration, batchID: batchID)
        try preflight.checkSize(json.text.length)
        let request = ProviderRequest.post("/v3/mail/send", json, limit: capabilities.maximumSize)
        return .send(request, reference: batchID)
    }

    func groups(of mails: [OutgoingMail]) -> [[Int]] {
        var groups: [SendGridGroup] = []
        var places: [[UInt8]: Int] = [:]
        for (index, mail) in mails.enumerated() {
            guard mail.message.attachments.isEmpty, mail.message.scheduledAt == nil, (try? check(mail)) != nil,
                let body = try? SendGridBody(mail, transport: name), let shared = body.shared(configuration)
            else {
                groups.append(SendGridGroup(members: [index], addresses: []))
                continue
            }
            if let place = places[shared], groups[place].add(index, body.addresses, limit: 1000) { continue }
            places[shared] = groups.count
            groups.append(SendGridGroup(members: [index], addresses: body.addresses))
        }
        return groups.map(\.members)
    }

    func batchRequest(for mails: [OutgoingMail]) throws(MailError) -> ProviderRequest {
        var bodies: [SendGridBody] = []
        for mail in mails {
            try check(mail)
            bodies.append(try SendGridBody(mail, transport: name))
        }
        let json = bodies[0].json(bodies.map(\.personalization), configuration, batchID: nil)
        try preflight.checkSize(json.text.length)
        return .post("/v3/mail/send", json)
    }

    func concernsAll(_ reply: MailReply, of mails: [OutgoingMail]) -> Bool {
        reply.name.map { SendGridAnswers.isOfRequest($0.rawValue) } ?? false
    }

    /// SendGrid keeps a Message-ID that it is given.
    func messageID(of mail: OutgoingMail) -> MessageID? { mail.message.messageID }

    private var preflight: ProviderPreflight {
        ProviderPreflight(
            transport: name,
            capabilities: capabilities,
            reservedHeaders: [
                "x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding", "to",
                "from", "subject", "reply-to", "cc", "bcc",
            ]
        )
    }

    private func check(_ mail: OutgoingMail) throws(MailError) {
        try preflight.check(mail, now: client.time.now)
        try SendGridLimits.check(mail.message, transport: name)
    }

    private struct Stop: Error { let outcome: MailOutcome }

    /// Asks for a batch id (POST /v3/mail/batch). Nothing of the mail is sent with it, so that a lost answer does no harm.
    private func newBatchID(deadline: ContinuousClock.Instant?) async throws -> Result<String, Stop> {
        let exchange = try await client.exchange(
            ProviderRequest(method: .post, path: "/v3/mail/batch", tellsRate: false),
            deadline: deadline
        )
        switch exchange {
        case .lost(let reason):
            try Task.checkCancellation()
            return .failure(Stop(outcome: .retryable(MailReply(text: "No batch id: \(reason)."), after: nil)))
        case .answered(let answer):
            let refusal = SendGridAnswers.refusal(in: answer)
            if refusal == nil, answer.isSuccess, let id = answer.json?["batch_id"]?.string,
                SendGridBatchID.isOne(id)
            {
                return .success(id)
            }
            switch answer.verdict(refusal, transport: name) {
            case .fault(let error) where answer.status == 403 && refusal != nil:
                throw MailError(
                    .invalidConfiguration,
                    "The API key may not make the batch id by which a scheduled mail is called off; give it the scope "
                        + "mail.batch.create, or set scheduledMailsCanBeCancelled to false.",
                    transport: name,
                    reply: error.reply
                )
            case .fault(let error): throw error
            case .outcome(.unknown(let reason)):
                return .failure(Stop(outcome: .retryable(MailReply(text: "No batch id: \(reason)."), after: nil)))
            case .outcome(let outcome): return .failure(Stop(outcome: outcome))
            }
        }
    }
}

/// Mails that go together.
private struct SendGridGroup {
    var members: [Int]
    var addresses: Set<String>

    /// Adds a mail unless there would be too many receivers, or one of them twice.
    mutating func add(_ index: Int, _ more: Set<String>, limit: Int) -> Bool {
        guard members.count < limit, addresses.count + more.count <= limit, addresses.isDisjoint(with: more) else {
            return false
        }
        members.append(index)
        addresses.formUnion(more)
        return true
    }
}
