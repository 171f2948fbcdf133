extension SendGridTransport {
    /// Proves the key and its scopes (GET /v3/scopes), and that `sender` may send: by its domain (GET
    /// /v3/whitelabel/domains), or as a single sender (GET /v3/verified_senders).
    ///
    /// A key without the scopes to read those lists is a warning, and no fault.
    /// - Throws: `CancellationError`.
    public func check(sender: Mailbox, deadline: ContinuousClock.Instant?) async throws -> [MailCheckFinding] {
        try Task.checkCancellation()
        var check = ProviderCheck(client, deadline: deadline)
        guard case .answered(let answer) = try await check.ask("/v3/scopes") else { return check.findings }
        guard answer.isSuccess, let scopes = answer.json?["scopes"]?.array?.compactMap(\.string) else {
            check.add(
                answer,
                SendGridAnswers.refusal(in: answer),
                subject: "credentials",
                advice:
                    "Set SENDGRID_API_KEY to a key from app.sendgrid.com/settings/api_keys, and mind the region of the account."
            )
            return check.findings
        }
        check.add(.ok, "TLS", "\(client.endpoint.authority) answers over \(client.endpoint.scheme).")
        guard scopes.contains("mail.send") else {
            check.add(
                .failure,
                "credentials",
                "The API key is accepted, but lacks the scope mail.send.",
                "Give the key the permission Mail Send at app.sendgrid.com/settings/api_keys."
            )
            return check.findings
        }
        check.add(.ok, "credentials", "The API key is accepted and may send.")
        if configuration.scheduledMailsCanBeCancelled { check.addScheduling(scopes) }
        try await check.addSender(sender)
        return check.findings
    }
}

extension ProviderCheck {
    /// What lacks for mails that are scheduled, for which `mail.send` is not enough.
    fileprivate mutating func addScheduling(_ scopes: [String]) {
        let isRefused = !scopes.contains("mail.batch.create")
        guard isRefused || !scopes.contains("user.scheduled_sends.create") else { return }
        add(
            .warning,
            "scheduling",
            isRefused
                ? "The API key lacks the scope mail.batch.create, so that scheduled mails are refused."
                : "The API key lacks the scope user.scheduled_sends.create, so that no scheduled mail can be called off.",
            "Give the key the scopes mail.batch.create and user.scheduled_sends.create, or set "
                + "scheduledMailsCanBeCancelled to false."
        )
    }

    fileprivate mutating func addSender(_ sender: Mailbox) async throws {
        let name = sender.address.domainName
        guard case .answered(let domains) = try await ask("/v3/whitelabel/domains?limit=200") else { return }
        let list = domains.isSuccess ? domains.json.flatMap { $0.array ?? $0["result"]?.array } : nil
        let valid = (list ?? []).filter { $0["valid"]?.isTrue == true }.compactMap {
            $0["domain"]?.string?.lowercasedASCII()
        }
        if valid.contains(name) { return add(.ok, "From domain", "\(name) is authenticated.") }
        if let parent = valid.first(where: { sender.address.isBelow($0) }) {
            return add(
                .warning,
                "From domain",
                "\(parent) is authenticated, \(name) below it is not.",
                "Authenticate \(name) at app.sendgrid.com/settings/sender_auth, so that its mails are aligned with its DNS."
            )
        }
        guard case .answered(let senders) = try await ask("/v3/verified_senders?limit=200") else { return }
        let verified = senders.isSuccess ? senders.json?["results"]?.array : nil
        let isVerified = (verified ?? []).contains { entry in
            entry["verified"]?.isTrue == true
                && entry["from_email"]?.string?.lowercasedASCII() == sender.address.wireText.lowercasedASCII()
        }
        if isVerified {
            return add(
                .warning,
                "From domain",
                "\(sender.address) is verified as a single sender, but its domain is not authenticated.",
                "Authenticate \(name) at app.sendgrid.com/settings/sender_auth: mails without it often end as spam."
            )
        }
        guard list != nil, verified != nil else {
            return add(
                .warning,
                "From domain",
                "The key may not read the account's senders, so that nobody can tell whether \(sender.address) may send.",
                "Look at app.sendgrid.com/settings/sender_auth, or check once with a key that has full access."
            )
        }
        let pending = (list ?? []).contains { $0["domain"]?.string?.lowercasedASCII() == name }
        add(
            .failure,
            "From domain",
            pending ? "\(name) is entered, but its DNS records are not verified." : "\(name) is not authenticated.",
            pending
                ? "Enter the DNS records that app.sendgrid.com/settings/sender_auth shows, and press Verify there."
                : "Authenticate it at app.sendgrid.com/settings/sender_auth, or set EMAIL_FROM to a sender that is there."
        )
    }
}
