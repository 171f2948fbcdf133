import GroundworkCore

extension MailEnvironment {
    /// Sender and brand; nil when something is missing, which is a problem then.
    mutating func configuration() -> Mailer.Configuration? {
        let sender = read(
            "EMAIL_FROM",
            required("EMAIL_FROM", "Set it to an address of a domain that may send, such as noreply@example.org."),
            as: Mailbox.self
        )
        let name = required("APP_NAME", "Set it to the name of the app.")
        if let name, HeaderValue(cleaning: name).text != name || name.utf8.count > 100 {
            fault(
                "APP_NAME",
                "It has a line end or a control character, or more than 100 bytes; set it to a short name."
            )
        }
        let url = read("APP_URL", required("APP_URL", "Set it to the https address of the app.")) {
            text throws(MailError) in try MailAppURL(text, allowsLocalHTTP: true)
        }
        let replyTo = read("EMAIL_REPLY_TO", self["EMAIL_REPLY_TO"], as: Mailbox.self)
        let locale = read("EMAIL_LOCALE", self["EMAIL_LOCALE"]) { text throws(MailError) in try MailLocale(text) }
        guard let sender, let name, let url else {
            // The rest is read all the same, for its problems.
            if let example = try? MailAppURL("https://example.invalid") { _ = brand("", example) }
            return nil
        }
        var configuration = Mailer.Configuration(from: named(sender, name))
        configuration.brand = brand(name, url)
        configuration.replyTo = replyTo
        if let locale { configuration.locale = locale }
        return configuration
    }

    /// An address without a name gets that of the app.
    private func named(_ sender: Mailbox, _ name: String) -> Mailbox {
        guard sender.name == nil else { return sender }
        return (try? Mailbox(name: name, address: sender.address)) ?? sender
    }

    private mutating func brand(_ name: String, _ url: MailAppURL) -> MailBrand {
        var brand = MailBrand(name: name, appURL: url)
        brand.logo = read("APP_LOGO_URL", self["APP_LOGO_URL"]) { text throws(MailError) in try MailLink(text) }
        if let color = read("APP_COLOR", self["APP_COLOR"], { text throws(MailError) in try MailColor(text) }) {
            brand.color = color
        }
        brand.footer = self["APP_FOOTER"] ?? ""
        brand.supportAddress = read("APP_SUPPORT_EMAIL", self["APP_SUPPORT_EMAIL"], as: EnvelopeAddress.self)
        return brand
    }
}
