extension Mailer {
    /// Sends the mail of a template to one person.
    /// - Parameters:
    ///   - template: one of the built-in ones, or your own.
    ///   - receiver: who gets it.
    ///   - locale: the receiver's language; nil takes ``Configuration/locale``.
    ///   - timeout: the time for everything; nil takes ``Configuration/timeout``.
    /// - Throws: ``MailError`` unless the mail was accepted; see ``MailReceipt/requireAccepted()``. `CancellationError`
    ///   when the task is cancelled before anything was sent.
    @discardableResult public func send(
        _ template: some MailTemplate,
        to receiver: Mailbox,
        locale: MailLocale? = nil,
        timeout: Duration? = nil
    ) async throws -> MailReceipt {
        try await send(try message(template, to: receiver, locale: locale), timeout: timeout).requireAccepted()
    }

    /// The message of a template, without sending it.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration`` without a brand, or what the template throws.
    public func message(
        _ template: some MailTemplate,
        to receiver: Mailbox,
        locale: MailLocale? = nil
    ) throws(MailError) -> MailMessage {
        let context = MailTemplateContext(
            brand: try brand,
            locale: locale ?? configuration.locale,
            phrases: configuration.phrases
        )
        return try context.message(template, from: configuration.from, to: receiver)
    }

    var brand: MailBrand {
        get throws(MailError) {
            if let brand = configuration.brand { return brand }
            throw MailError(
                .invalidConfiguration,
                "The built-in mails need a name and an address of the app: set the configuration's brand, or APP_NAME and "
                    + "APP_URL."
            )
        }
    }
}
