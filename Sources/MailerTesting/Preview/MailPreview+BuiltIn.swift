extension MailPreview {
    /// Adds the six mails that the library brings, with sample values.
    /// - Throws: `MailError` when a link below `MailBrand.appURL` becomes too long.
    public mutating func addBuiltIn() throws(MailError) {
        let group = "Account mails"
        let token = Secret("preview-token-of-nobody")
        let app = brand.appURL
        let security = try app.link(path: ["account", "security"])
        add("Verify address", group: group, try VerificationMail(token: token, appURL: app))
        add("Reset password", group: group, try PasswordResetMail(token: token, appURL: app))
        add("Magic link", group: group, try MagicLinkMail(token: token, appURL: app))
        add(
            "Change address",
            group: group,
            try EmailChangeMail(token: token, newAddress: EnvelopeAddress("ada@new.example"), appURL: app)
        )
        add("Security notice", group: group, PreviewNotice(link: security))
        add("Welcome", group: group, WelcomeMail(personName: "Ada", link: try app.link(path: [])))
    }
}

/// A security notice whose event is in the reader's language.
private struct PreviewNotice: MailTemplate {
    let name = "notice"
    let link: MailLink

    func content(_ context: MailTemplateContext) throws(MailError) -> MailContent {
        let isGerman = context.locale.language == "de"
        return SecurityNoticeMail(
            event: isGerman ? "eine Anmeldung auf einem neuen Gerät" : "a sign-in from a new device",
            details: isGerman
                ? [("Zeit", "26. November 2026, 14:05 UTC"), ("Ort", "Köln, Deutschland"), ("Gerät", "Firefox, Linux")]
                : [
                    ("Time", "26 November 2026, 14:05 UTC"), ("Place", "Cologne, Germany"),
                    ("Device", "Firefox on Linux"),
                ],
            link: link
        ).content(context)
    }
}
