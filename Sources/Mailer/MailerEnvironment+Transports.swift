import GroundworkCore
import GroundworkCurl
import GroundworkHTTP

extension MailEnvironment {
    private static let providers = "resend, sendgrid, smtp, file or maildir"

    /// The transports that `EMAIL_PROVIDER` names; what is wrong with one is a problem.
    mutating func transports(_ http: (any HTTPTransport)?) -> [any MailTransport] {
        guard let text = required("EMAIL_PROVIDER", "Set it to \(Self.providers).") else { return [] }
        var result: [any MailTransport] = []
        var seen: Set<String> = []
        for part in text.split(separator: ",") {
            let name = String(part).trimmingASCIIWhitespace().lowercasedASCII()
            guard seen.insert(name).inserted else {
                fault("EMAIL_PROVIDER", "It names a provider twice; name each once.")
                continue
            }
            if let transport = transport(name, http) { result.append(transport) }
        }
        return result
    }

    private mutating func transport(_ name: String, _ http: (any HTTPTransport)?) -> (any MailTransport)? {
        switch name {
        case "resend": return resend(http)
        case "sendgrid": return sendGrid(http)
        case "smtp": return smtp()
        case "file": return directory(name).map { EMLFileTransport(directory: $0) }
        case "maildir": return directory(name).map { MaildirTransport(directory: $0) }
        default:
            fault("EMAIL_PROVIDER", "It names a provider that does not exist; set it to \(Self.providers).")
            return nil
        }
    }

    private mutating func resend(_ http: (any HTTPTransport)?) -> ResendTransport? {
        let key = required(
            "RESEND_API_KEY",
            "Set it to a key of resend.com/api-keys; one that may only send is enough."
        )
        return read("RESEND_API_KEY", key) { key throws(MailError) in
            try ResendTransport(.init(apiKey: Secret(key)), http: http ?? CurlHTTPTransport.shared)
        }
    }

    private mutating func sendGrid(_ http: (any HTTPTransport)?) -> SendGridTransport? {
        let remedy = "Set it to a key of app.sendgrid.com/settings/api_keys with the scope mail.send."
        let key = required("SENDGRID_API_KEY", remedy)
        var region = SendGridTransport.Region.global
        switch self["SENDGRID_REGION"]?.lowercasedASCII() {
        case nil, "global": break
        case "eu": region = .europe
        default: fault("SENDGRID_REGION", "It is neither global nor eu; set it to one of them, or remove it.")
        }
        return read("SENDGRID_API_KEY", key) { key throws(MailError) in
            var configuration = SendGridTransport.Configuration(apiKey: Secret(key))
            configuration.region = region
            return try SendGridTransport(configuration, http: http ?? CurlHTTPTransport.shared)
        }
    }

    private mutating func directory(_ provider: String) -> String? {
        required("EMAIL_DIRECTORY", "The provider \(provider) writes there; set it to a directory.")
    }

    private mutating func smtp() -> SMTPTransport? {
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
