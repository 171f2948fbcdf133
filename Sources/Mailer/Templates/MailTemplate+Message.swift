import GroundworkCore

extension MailTemplateContext {
    /// The message of a template: subject, HTML, plain text, language, and a key that is the same for the same template,
    /// receiver, language and token.
    ///
    /// The key, and the Message-ID that follows from it, are seen by others and stand in logs. Whoever can guess a token
    /// could prove the guess by them. So the key of a mail that holds secrets, one of which is shorter than
    /// ``SecretLink/shortestUnguessableToken`` bytes, is that of this process as well: another process, or the same one
    /// after a restart, does not recognise the mail.
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
            var parts = [template.name, receiver.address.wireText, locale.rawValue.lowercasedASCII()]
            for secret in template.identity { parts.append(secret.withValue { $0 }) }
            let isGuessable = template.identity.contains {
                $0.withValue { $0.utf8.count < SecretLink.shortestUnguessableToken }
            }
            if template.holdsSecrets, isGuessable { parts.append(Self.processSecret.withValue { $0 }) }
            message.idempotencyKey = try IdempotencyKey(derivedFrom: parts)
        }
        return message
    }

    /// Nobody outside knows it, and it is gone with the process.
    private static let processSecret = Secret(Hex.encode(SystemRandom().bytes(32)))
}
