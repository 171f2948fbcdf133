import GroundworkCore
import GroundworkHTTP

extension MailProviderEntry {
    /// `smtp`, with `SMTP_URL` or its parts, and with a signature where `DKIM_…` is set.
    static let smtp = MailProviderEntry("smtp", .smtp) { environment, _ in environment.smtp() }
    /// `file`, with `EMAIL_DIRECTORY`.
    static let file = MailProviderEntry("file", .files.adding(.idempotency), isAdvised: false) { environment, _ in
        environment.directory("file").map { EMLFileTransport(directory: $0) }
    }
    /// `maildir`, with `EMAIL_DIRECTORY`.
    static let maildir = MailProviderEntry("maildir", .files, isAdvised: false) { environment, _ in
        environment.directory("maildir").map { MaildirTransport(directory: $0) }
    }
}

extension MailEnvironment {
    /// The transports that `EMAIL_PROVIDER` names; what is wrong with one is a problem.
    mutating func transports(
        _ http: (any HTTPTransport)?,
        of providers: [MailProviderEntry]
    ) -> [any MailTransport] {
        let names = providers.map(\.name)
        let choice = "\(names.dropLast().joined(separator: ", ")) or \(names.last ?? "")"
        guard let text = required("EMAIL_PROVIDER", "Set it to \(choice).") else { return [] }
        var result: [any MailTransport] = []
        var seen: Set<String> = []
        for part in text.split(separator: ",") {
            let name = String(part).trimmingASCIIWhitespace().lowercasedASCII()
            guard seen.insert(name).inserted else {
                fault("EMAIL_PROVIDER", "It names a provider twice; name each once.")
                continue
            }
            guard let provider = providers.first(where: { $0.name == name }) else {
                fault("EMAIL_PROVIDER", "It names a provider that does not exist; set it to \(choice).")
                continue
            }
            if let transport = provider.make(&self, http) { result.append(transport) }
        }
        return result
    }

    fileprivate mutating func directory(_ provider: String) -> String? {
        required("EMAIL_DIRECTORY", "The provider \(provider) writes there; set it to a directory.")
    }

    fileprivate mutating func smtp() -> SMTPTransport? {
        let signer = signer()
        do throws(MailError) {
            return try SMTPTransport(try SMTPConfiguration(environment: values), signer: signer)
        } catch {
            let hasURL = self["SMTP_URL"] != nil || self["SMTP_HOST"] == nil
            fault(hasURL ? "SMTP_URL" : "SMTP_HOST", error.message)
            return nil
        }
    }

    private mutating func signer() -> DKIMSigner? {
        let names = ["DKIM_DOMAIN", "DKIM_SELECTOR", "DKIM_PRIVATE_KEY"]
        guard names.contains(where: { self[$0] != nil }) else { return nil }
        let remedy = "Mails are signed with all of \(names.joined(separator: ", ")); set it, or remove the others."
        let domain = read("DKIM_DOMAIN", required("DKIM_DOMAIN", remedy)) { text throws(MailError) in
            try MailDomain(text)
        }
        let selector = read("DKIM_SELECTOR", required("DKIM_SELECTOR", remedy)) { text throws(MailError) in
            try DKIMSelector(text)
        }
        let key = read("DKIM_PRIVATE_KEY", required("DKIM_PRIVATE_KEY", remedy)) { text throws(MailError) in
            try DKIMKey(pathOrContents: Secret(text))
        }
        guard let domain, let selector, let key else { return nil }
        return DKIMSigner(domain: domain, keys: [DKIMSigner.Key(selector: selector, key: key)])
    }
}
