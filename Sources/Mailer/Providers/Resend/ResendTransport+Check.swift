extension ResendTransport {
    /// Proves the key, and that the domain of `sender` may send, by the list of domains (GET /domains).
    ///
    /// A key that may only send cannot read that list: that is a warning, and no fault.
    /// - Throws: `CancellationError`.
    public func check(sender: Mailbox, deadline: ContinuousClock.Instant?) async throws -> [MailCheckFinding] {
        try Task.checkCancellation()
        var check = ProviderCheck(client, deadline: deadline)
        var domains: [JSONValue] = []
        var path = "/domains?limit=100"
        for page in 0..<20 {
            guard case .answered(let answer) = try await check.ask(path) else { return check.findings }
            let refusal = ResendAnswers.refusal(in: answer)
            if refusal?.name == .restrictedAPIKey {
                check.addSendingKey(sender)
                return check.findings
            }
            guard refusal == nil, answer.isSuccess, let list = answer.json?["data"]?.array else {
                check.add(
                    answer,
                    refusal,
                    subject: "credentials",
                    advice: "Set RESEND_API_KEY to a key from resend.com/api-keys."
                )
                return check.findings
            }
            if page == 0 {
                check.add(.ok, "TLS", "\(client.endpoint.authority) answers over \(client.endpoint.scheme).")
                check.add(.ok, "credentials", "The API key is accepted.")
            }
            domains += list
            guard answer.json?["has_more"]?.isTrue == true, let last = ResendAnswers.id(list.last) else { break }
            path = "/domains?limit=100&after=\(ProviderRequest.segment(last))"
        }
        check.addDomain(of: sender, among: domains)
        return check.findings
    }
}

extension ProviderCheck {
    fileprivate mutating func addSendingKey(_ sender: Mailbox) {
        add(.ok, "credentials", "The API key is accepted; it may send and do nothing else, as it should.")
        add(
            .warning,
            "From domain",
            "With a key that may only send, nobody can tell whether \(sender.address.domainName) is verified.",
            "Look at resend.com/domains, or check once with a key that has full access."
        )
    }

    fileprivate mutating func addDomain(of sender: Mailbox, among domains: [JSONValue]) {
        let name = sender.address.domainName
        if name == "resend.dev" {
            return add(
                .warning,
                "From domain",
                "resend.dev sends to the address of the account's owner only.",
                "Add a domain of your own at resend.com/domains and set EMAIL_FROM to an address in it."
            )
        }
        guard let domain = domains.first(where: { $0["name"]?.string?.lowercasedASCII() == name }) else {
            let parent = domains.compactMap { $0["name"]?.string?.lowercasedASCII() }.first {
                sender.address.isBelow($0)
            }
            let hint = parent.map { " \($0) is there, but Resend takes the exact name only." } ?? ""
            return add(
                .failure,
                "From domain",
                "\(name) is none of the account's domains.\(hint)",
                "Add it at resend.com/domains, or set EMAIL_FROM to an address in a domain that is there."
            )
        }
        let status = domain["status"]?.string ?? "unknown"
        guard status == "verified" else {
            return add(
                .failure,
                "From domain",
                "\(name) is not verified; its status is \(MailText.replacingControls(in: status.prefix(bytes: 64))).",
                "Enter the DNS records that resend.com/domains shows, and press Verify there."
            )
        }
        add(.ok, "From domain", "\(name) is verified.")
        for (member, what) in [("open_tracking", "opens"), ("click_tracking", "clicks")]
        where domain[member]?.isTrue == true {
            add(
                .warning,
                "tracking",
                "The domain measures \(what), and Resend has no switch for a single mail: links with tokens go through it too.",
                "Turn it off at resend.com/domains, or send mails with tokens from another domain."
            )
        }
    }
}
