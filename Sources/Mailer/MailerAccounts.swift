extension Mailer {
    /// Asks the owner of a new account to confirm the address.
    ///
    /// The link is `APP_URL/verify-email?token=…`; nobody tracks it, and the token stands nowhere else. Sent twice with
    /// the same token, it is the same mail: a provider that recognises it delivers it once.
    /// - Throws: ``MailError`` unless the mail was accepted; `CancellationError` when nothing was sent.
    @discardableResult public func sendVerificationEmail(
        to receiver: Mailbox,
        token: Secret<String>,
        locale: MailLocale? = nil
    ) async throws -> MailReceipt {
        let link = try secretLink(token, to: configuration.links.verification)
        return try await send(VerificationMail(link), to: receiver, locale: locale)
    }

    /// Asks the owner of a new account to confirm the address, such as `ada@example.org`.
    /// - Throws: ``MailError`` unless the mail was accepted; `CancellationError` when nothing was sent.
    @discardableResult public func sendVerificationEmail(
        to address: String,
        token: String,
        locale: MailLocale? = nil
    ) async throws -> MailReceipt {
        try await sendVerificationEmail(to: try Mailbox(address), token: Secret(token), locale: locale)
    }

    /// Lets the owner of an account choose a new password, at `APP_URL/reset-password?token=…`.
    /// - Throws: ``MailError`` unless the mail was accepted; `CancellationError` when nothing was sent.
    @discardableResult public func sendPasswordResetEmail(
        to receiver: Mailbox,
        token: Secret<String>,
        locale: MailLocale? = nil
    ) async throws -> MailReceipt {
        let link = try secretLink(token, to: configuration.links.passwordReset)
        return try await send(PasswordResetMail(link), to: receiver, locale: locale)
    }

    /// Lets the owner of an account choose a new password.
    /// - Throws: ``MailError`` unless the mail was accepted; `CancellationError` when nothing was sent.
    @discardableResult public func sendPasswordResetEmail(
        to address: String,
        token: String,
        locale: MailLocale? = nil
    ) async throws -> MailReceipt {
        try await sendPasswordResetEmail(to: try Mailbox(address), token: Secret(token), locale: locale)
    }

    /// Signs somebody in without a password, at `APP_URL/sign-in?token=…`.
    /// - Throws: ``MailError`` unless the mail was accepted; `CancellationError` when nothing was sent.
    @discardableResult public func sendMagicLinkEmail(
        to receiver: Mailbox,
        token: Secret<String>,
        locale: MailLocale? = nil
    ) async throws -> MailReceipt {
        let link = try secretLink(token, to: configuration.links.magicLink)
        return try await send(MagicLinkMail(link), to: receiver, locale: locale)
    }

    /// Asks the owner of an account to confirm the address that it moves to, at `APP_URL/confirm-email?token=…`. It goes
    /// to the new address; tell the old one with ``sendSecurityNotice(to:event:details:locale:)-(Mailbox,_,_,_)``.
    /// - Throws: ``MailError`` unless the mail was accepted; `CancellationError` when nothing was sent.
    @discardableResult public func sendEmailChangeEmail(
        to newAddress: Mailbox,
        token: Secret<String>,
        locale: MailLocale? = nil
    ) async throws -> MailReceipt {
        let link = try secretLink(token, to: configuration.links.emailChange)
        let mail = EmailChangeMail(link, newAddress: newAddress.address)
        return try await send(mail, to: newAddress, locale: locale)
    }

    /// Tells the owner of an account that something about its security changed.
    /// - Parameters:
    ///   - receiver: who gets it.
    ///   - event: what happened, in the receiver's language, such as "a new sign-in".
    ///   - details: facts, such as time and device.
    ///   - locale: the receiver's language; nil takes ``Configuration/locale``.
    /// - Throws: ``MailError`` unless the mail was accepted; `CancellationError` when nothing was sent.
    @discardableResult public func sendSecurityNotice(
        to receiver: Mailbox,
        event: String,
        details: [(name: String, value: String)] = [],
        locale: MailLocale? = nil
    ) async throws -> MailReceipt {
        let link = try brand.appURL.link(path: configuration.links.security)
        return try await send(
            SecurityNoticeMail(event: event, details: details, link: link),
            to: receiver,
            locale: locale
        )
    }

    /// Greets somebody whose account is ready.
    /// - Throws: ``MailError`` unless the mail was accepted; `CancellationError` when nothing was sent.
    @discardableResult public func sendWelcomeEmail(
        to receiver: Mailbox,
        personName: String,
        locale: MailLocale? = nil
    ) async throws -> MailReceipt {
        let link = try brand.appURL.link(path: [])
        return try await send(WelcomeMail(personName: personName, link: link), to: receiver, locale: locale)
    }
    /// A link to one of the app's pages.
    private func secretLink(
        _ token: Secret<String>,
        to page: Configuration.Links.Link
    ) throws(MailError) -> SecretLink {
        try SecretLink(token: token, appURL: try brand.appURL, path: page.path, lifetime: page.lifetime)
    }
}
