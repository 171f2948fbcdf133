import GroundworkCore

/// What the checks of all providers share: one question, and findings in words.
struct ProviderCheck {
    let client: ProviderClient
    let deadline: ContinuousClock.Instant?
    private(set) var findings: [MailCheckFinding] = []

    /// How a question ended.
    enum Reply {
        case answered(ProviderAnswer)
        /// It was noted why not.
        case nothing
    }

    init(_ client: ProviderClient, deadline: ContinuousClock.Instant?) {
        self.client = client
        self.deadline = deadline
    }

    /// Asks; what stands in the way becomes a finding.
    /// - Throws: `CancellationError` alone.
    mutating func ask(_ path: String) async throws -> Reply {
        do {
            switch try await client.exchange(.get(path), deadline: deadline) {
            case .answered(let answer): return .answered(answer)
            case .lost(let reason):
                try Task.checkCancellation()
                add(.failure, "connection", "\(sentence(reason)).", "Check the network and the provider's status page.")
            }
        } catch let error as MailError {
            let isTLS = error.code == .tlsFailed
            add(
                .failure,
                isTLS ? "TLS" : "connection",
                error.message,
                isTLS
                    ? "Install the system's certificates (package ca-certificates), and look for a proxy that opens TLS."
                    : "Check the endpoint, the network and the name server."
            )
        }
        return .nothing
    }

    /// Adds a finding.
    mutating func add(
        _ severity: MailCheckFinding.Severity,
        _ subject: String,
        _ message: String,
        _ advice: String = ""
    ) {
        findings.append(MailCheckFinding(severity, subject, message, advice: advice, transport: client.name))
    }

    /// Adds what an answer means that is none of those expected.
    mutating func add(_ answer: ProviderAnswer, _ refusal: ProviderRefusal?, subject: String, advice: String) {
        switch answer.verdict(refusal, transport: client.name) {
        case .fault(let error):
            // A check sends nothing that the provider's words could repeat.
            let words = refusal.map { " It says: \($0.text)" } ?? ""
            add(.failure, subject, error.message + words, advice)
        case .outcome(.retryable(let reply, _)):
            add(.warning, subject, "\(client.name) cannot say now: \(reply).", "Check again later.")
        case .outcome(let outcome):
            let words = if case .unknown(let reason) = outcome { reason } else { outcome.reply?.description ?? "" }
            add(.failure, subject, "\(sentence(words)).", advice)
        }
    }

    private func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}

extension EnvelopeAddress {
    /// The domain in small letters, to compare.
    var domainName: String { domain.wireText.lowercasedASCII() }

    /// Whether the domain lies below `parent`.
    func isBelow(_ parent: String) -> Bool { domainName.hasSuffix(".\(parent)") }
}
