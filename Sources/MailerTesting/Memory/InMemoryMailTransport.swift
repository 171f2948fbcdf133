public import GroundworkCore
public import Mailer

/// Keeps mails in memory, for tests, and does wrong on demand.
///
///     let transport = InMemoryMailTransport()
///     let mailer = try Mailer(configuration, transport: transport)
///     try await mailer.sendVerificationEmail(to: "ada@example.org", token: "s3cret")
///     let mail = try mailer.sent.single
///     #expect(mail.subject == "Confirm your email address for Shop")
///     #expect(mail.token == "s3cret")
///
/// Every mail is composed as for the wire. With `MailFeature.idempotency` among its features it recognises mails by
/// their key, as Resend does: the second one is answered like the first, and arrives once; the same key with further
/// recipients is refused.
public final class InMemoryMailTransport: MailBatchTransport, MailCancellingTransport, MailCheckingTransport {
    struct State {
        var steps: [MailStep] = []
        var sent: [SentMail] = []
        var attempts: [OutgoingMail] = []
        var requests = 0
        var remembered: [String: Set<EnvelopeAddress>] = [:]
        var findings: [MailCheckFinding]
    }

    /// `memory`, unless another name was chosen.
    public let name: String
    /// What it says that it can do.
    public let capabilities: MailCapabilities
    let composer: MIMEComposer
    let time: any TimeSource
    let state: Locked<State>

    /// Everything but idempotency, without limits.
    public static var everything: MailCapabilities {
        MailCapabilities([
            .scheduling, .cancellation, .batch, .tags, .metadata, .tracking, .sandbox, .internationalAddresses,
            .customHeaders, .attachments, .calendar, .envelopeSender, .outcomePerRecipient,
        ])
    }

    /// Makes an empty one.
    /// - Parameters:
    ///   - name: for receipts and errors.
    ///   - capabilities: what it says that it can do.
    ///   - script: what is done with the first mails, one step for each; all others are accepted.
    ///   - composer: makes the bytes of each mail.
    ///   - time: the clock of deadlines.
    public init(
        name: String = "memory",
        capabilities: MailCapabilities = InMemoryMailTransport.everything,
        script: [MailStep] = [],
        composer: MIMEComposer = MIMEComposer(),
        time: any TimeSource = SystemTime()
    ) {
        self.name = name
        self.capabilities = capabilities
        self.composer = composer
        self.time = time
        let finding = MailCheckFinding(.ok, "transport", "It keeps mails in memory.", transport: name)
        state = Locked(State(steps: script, findings: [finding]))
    }

    /// The mails that arrived, in order.
    public var sent: SentMails { SentMails(mails: state.withLock { $0.sent }) }

    /// Every mail that was offered, in order, whatever came of it.
    public var attempts: [OutgoingMail] { state.withLock { $0.attempts } }

    /// How many calls there were; a batch is one.
    public var requestCount: Int { state.withLock { $0.requests } }

    /// Adds steps for the next mails.
    public func script(_ steps: MailStep...) { state.withLock { $0.steps += steps } }

    /// Forgets what arrived and what was offered.
    public func clear() {
        state.withLock { state in
            state.sent = []
            state.attempts = []
            state.requests = 0
        }
    }

    /// Sets what ``check(sender:deadline:)`` finds.
    public func setFindings(_ findings: [MailCheckFinding]) { state.withLock { $0.findings = findings } }

    /// Does with the mail what the script says.
    public func send(_ mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailReceipt {
        state.withLock { $0.requests += 1 }
        return try await perform(nextStep(), mail, deadline)
    }

    /// Does with each mail what the script says. A step that throws or hangs is for the whole request.
    public func send(
        batch mails: [OutgoingMail],
        deadline: ContinuousClock.Instant?
    ) async throws -> [Result<MailReceipt, any Error>] {
        state.withLock { $0.requests += 1 }
        var results: [Result<MailReceipt, any Error>] = []
        for mail in mails { results.append(.success(try await perform(nextStep(), mail, deadline))) }
        return results
    }

    /// Takes a scheduled mail back, which has not arrived then.
    /// - Throws: `MailError` with `MailError.Code.unsupported` for an id that it did not give.
    public func cancel(id: String, deadline: ContinuousClock.Instant?) async throws {
        let isFound = state.withLock { state in
            let count = state.sent.count
            state.sent.removeAll { $0.id == id && $0.mail.message.scheduledAt != nil }
            return state.sent.count < count
        }
        guard isFound else {
            throw MailError(.unsupported, "No scheduled mail has the id \(id).", transport: name)
        }
    }

    /// What ``setFindings(_:)`` set; at first that everything is well.
    public func check(sender: Mailbox, deadline: ContinuousClock.Instant?) async throws -> [MailCheckFinding] {
        try Task.checkCancellation()
        return state.withLock { $0.findings }
    }

    private func nextStep() -> MailStep {
        state.withLock { $0.steps.isEmpty ? .accept : $0.steps.removeFirst() }
    }
}
