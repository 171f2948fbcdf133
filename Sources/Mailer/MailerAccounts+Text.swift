// The account mails with addresses and tokens as text; the first two stand beside those that they call.
extension Mailer {
    /// Signs somebody in without a password, at `APP_URL/sign-in?token=…`.
    /// - Throws: ``MailError`` unless the mail was accepted, also for an address that is none; `CancellationError` when nothing
    ///   was sent.
    @discardableResult public func sendMagicLinkEmail(
        to address: String,
        token: String,
        locale: MailLocale? = nil
    ) async throws -> MailReceipt {
        try await sendMagicLinkEmail(to: try Mailbox(address), token: Secret(token), locale: locale)
    }

    /// Asks the owner of an account to confirm the address that it moves to, at `APP_URL/confirm-email?token=…`. It goes
    /// to the new address; tell the old one with ``sendSecurityNotice(to:event:details:locale:)-(String,_,_,_)``.
    /// - Throws: ``MailError`` unless the mail was accepted, also for an address that is none; `CancellationError` when nothing
    ///   was sent.
    @discardableResult public func sendEmailChangeEmail(
        to newAddress: String,
        token: String,
        locale: MailLocale? = nil
    ) async throws -> MailReceipt {
        try await sendEmailChangeEmail(to: try Mailbox(newAddress), token: Secret(token), locale: locale)
    }

    /// Tells the owner of an account that something about its security changed.
    /// - Parameters:
    ///   - address: who gets it, such as `ada@example.org`.
    ///   - event: what happened, in the receiver's language, such as "a new sign-in".
    ///   - details: facts, such as time and device.
    ///   - locale: the receiver's language; nil takes ``Configuration/locale``.
    /// - Throws: ``MailError`` unless the mail was accepted, also for an address that is none; `CancellationError` when nothing
    ///   was sent.
    @discardableResult public func sendSecurityNotice(
        to address: String,
        event: String,
        details: [(name: String, value: String)] = [],
        locale: MailLocale? = nil
    ) async throws -> MailReceipt {
        try await sendSecurityNotice(to: try Mailbox(address), event: event, details: details, locale: locale)
    }

    /// Greets somebody whose account is ready.
    /// - Throws: ``MailError`` unless the mail was accepted, also for an address that is none; `CancellationError` when nothing
    ///   was sent.
    @discardableResult public func sendWelcomeEmail(
        to address: String,
        personName: String,
        locale: MailLocale? = nil
    ) async throws -> MailReceipt {
        try await sendWelcomeEmail(to: try Mailbox(address), personName: personName, locale: locale)
    }
}
