extension MailTemplateContext {
    /// The message of a template: subject, HTML, plain text, language, and a key that is the same for the same template,
    /// receiver and token.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate``, or what the template throws.
    public func message(
        _ template: some MailTemplate,
        from sender: Mailbox,
        to receiver: Mailbox
    ) throws(MailError) -> MailMessage {
        let content = try template.content(self)
        var message = MailMessage(from: sender, to: [receiver], subject: HeaderValue(cleaning: content.subject))
        message.html = MailLayout.html(content, self).source
        message.text = MailLayout.text(content, self)
        message.locale = locale
        if template.holdsSecrets { message.tracking = .off }
        if !template.identity.isEmpty {
            var parts = [template.name, receiver.address.wireText]
            for secret in template.identity { parts.append(secret.withValue { $0 }) }
            message.idempotencyKey = try IdempotencyKey(derivedFrom: parts)
        }
        return message
    }
}
