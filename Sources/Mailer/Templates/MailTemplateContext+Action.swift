extension MailTemplateContext {
    /// A mail that asks for one click: headline, why, button, until when, and what to do if it was somebody else.
    func action(
        _ name: String,
        link: MailLink,
        lifetime: Duration,
        _ values: [String: String] = [:]
    ) -> MailContent {
        MailContent(
            subject: phrase(.subject(name), values),
            blocks: [
                .heading(phrase(.heading(name), values)), .text(phrase(.body(name), values)),
                .button(phrase(.button(name), values), link),
                .note(phrase(.expires, ["time": phrases.time(lifetime, locale)])), .note(phrase(.ignore(name), values)),
            ]
        )
    }
}

extension MailAppURL {
    /// A link with a token. The token is in the link and nowhere else.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate``.
    public func link(token: Secret<String>, path: [String]) throws(MailError) -> MailLink {
        try token.withValue { token throws(MailError) in
            guard !token.isEmpty else { throw MailError(.invalidTemplate, "The token is empty.") }
            return try link(path: path, query: [("token", token)])
        }
    }
}
