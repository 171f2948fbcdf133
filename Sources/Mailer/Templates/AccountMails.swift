/// Asks the owner of a new account to confirm the address.
public struct VerificationMail: SecretLinkMail {
    /// `verify`.
    public let name = "verify"
    /// The link, `APP_URL/verify-email?token=…` unless it was made with another path.
    public var secretLink: SecretLink

    /// Takes a link.
    public init(_ secretLink: SecretLink) { self.secretLink = secretLink }

    /// Takes a token for `APP_URL/verify-email?token=…`, or below another path.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate`` for an empty or overlong token.
    public init(
        token: Secret<String>,
        appURL: MailAppURL,
        path: [String] = ["verify-email"],
        lifetime: Duration = .seconds(86_400)
    ) throws(MailError) {
        self.init(try SecretLink(token: token, appURL: appURL, path: path, lifetime: lifetime))
    }
}

/// Lets somebody choose a new password.
public struct PasswordResetMail: SecretLinkMail {
    /// `reset`.
    public let name = "reset"
    /// The link, `APP_URL/reset-password?token=…` unless it was made with another path.
    public var secretLink: SecretLink

    /// Takes a link.
    public init(_ secretLink: SecretLink) { self.secretLink = secretLink }

    /// Takes a token for `APP_URL/reset-password?token=…`, or below another path.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate`` for an empty or overlong token.
    public init(
        token: Secret<String>,
        appURL: MailAppURL,
        path: [String] = ["reset-password"],
        lifetime: Duration = .seconds(3600)
    ) throws(MailError) {
        self.init(try SecretLink(token: token, appURL: appURL, path: path, lifetime: lifetime))
    }
}

/// Signs somebody in without a password.
public struct MagicLinkMail: SecretLinkMail {
    /// `magic`.
    public let name = "magic"
    /// The link, `APP_URL/sign-in?token=…` unless it was made with another path.
    public var secretLink: SecretLink

    /// Takes a link.
    public init(_ secretLink: SecretLink) { self.secretLink = secretLink }

    /// Takes a token for `APP_URL/sign-in?token=…`, or below another path.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate`` for an empty or overlong token.
    public init(
        token: Secret<String>,
        appURL: MailAppURL,
        path: [String] = ["sign-in"],
        lifetime: Duration = .seconds(900)
    ) throws(MailError) {
        self.init(try SecretLink(token: token, appURL: appURL, path: path, lifetime: lifetime))
    }
}

/// Asks the owner of a new address to confirm that an account moves there. It goes to the new address; tell the old one
/// with a ``SecurityNoticeMail``.
public struct EmailChangeMail: SecretLinkMail {
    /// `change`.
    public let name = "change"
    /// The link, `APP_URL/confirm-email?token=…` unless it was made with another path.
    public var secretLink: SecretLink
    /// The new address.
    public var newAddress: EnvelopeAddress

    /// Takes a link and the new address.
    public init(_ secretLink: SecretLink, newAddress: EnvelopeAddress) {
        self.secretLink = secretLink
        self.newAddress = newAddress
    }

    /// Takes a token for `APP_URL/confirm-email?token=…`, or below another path.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate`` for an empty or overlong token.
    public init(
        token: Secret<String>,
        newAddress: EnvelopeAddress,
        appURL: MailAppURL,
        path: [String] = ["confirm-email"],
        lifetime: Duration = .seconds(86_400)
    ) throws(MailError) {
        let link = try SecretLink(token: token, appURL: appURL, path: path, lifetime: lifetime)
        self.init(link, newAddress: newAddress)
    }

    /// The new address, as `{address}`.
    public var values: [String: String] { ["address": newAddress.wireText] }
}
