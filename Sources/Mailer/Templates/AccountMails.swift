/// Asks the owner of a new account to confirm the address.
public struct VerificationMail: MailTemplate {
    /// `verify`.
    public let name = "verify"
    /// True: the link is a secret.
    public let holdsSecrets = true
    /// The link; it holds the token.
    public var link: MailLink
    /// How long the link holds.
    public var lifetime: Duration
    private let token: Secret<String>

    /// Takes a token, which goes percent-encoded into `APP_URL/verify-email?token=…`, or below another path.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate`` for an empty or overlong token.
    public init(
        token: Secret<String>,
        appURL: MailAppURL,
        path: [String] = ["verify-email"],
        lifetime: Duration = .seconds(86_400)
    ) throws(MailError) {
        self.token = token
        self.link = try appURL.link(token: token, path: path)
        self.lifetime = lifetime
    }

    /// The token.
    public var identity: [Secret<String>] { [token] }

    /// What the mail says.
    public func content(_ context: MailTemplateContext) -> MailContent {
        context.action(name, link: link, lifetime: lifetime)
    }
}

/// Lets somebody choose a new password.
public struct PasswordResetMail: MailTemplate {
    /// `reset`.
    public let name = "reset"
    /// True: the link is a secret.
    public let holdsSecrets = true
    /// The link; it holds the token.
    public var link: MailLink
    /// How long the link holds.
    public var lifetime: Duration
    private let token: Secret<String>

    /// Takes a token, which goes percent-encoded into `APP_URL/reset-password?token=…`, or below another path.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate`` for an empty or overlong token.
    public init(
        token: Secret<String>,
        appURL: MailAppURL,
        path: [String] = ["reset-password"],
        lifetime: Duration = .seconds(3600)
    ) throws(MailError) {
        self.token = token
        self.link = try appURL.link(token: token, path: path)
        self.lifetime = lifetime
    }

    /// The token.
    public var identity: [Secret<String>] { [token] }

    /// What the mail says.
    public func content(_ context: MailTemplateContext) -> MailContent {
        context.action(name, link: link, lifetime: lifetime)
    }
}

/// Signs somebody in without a password.
public struct MagicLinkMail: MailTemplate {
    /// `magic`.
    public let name = "magic"
    /// True: the link is a secret.
    public let holdsSecrets = true
    /// The link; it holds the token.
    public var link: MailLink
    /// How long the link holds.
    public var lifetime: Duration
    private let token: Secret<String>

    /// Takes a token, which goes percent-encoded into `APP_URL/sign-in?token=…`, or below another path.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate`` for an empty or overlong token.
    public init(
        token: Secret<String>,
        appURL: MailAppURL,
        path: [String] = ["sign-in"],
        lifetime: Duration = .seconds(900)
    ) throws(MailError) {
        self.token = token
        self.link = try appURL.link(token: token, path: path)
        self.lifetime = lifetime
    }

    /// The token.
    public var identity: [Secret<String>] { [token] }

    /// What the mail says.
    public func content(_ context: MailTemplateContext) -> MailContent {
        context.action(name, link: link, lifetime: lifetime)
    }
}

/// Asks the owner of a new address to confirm that an account moves there. It goes to the new address.
public struct EmailChangeMail: MailTemplate {
    /// `change`.
    public let name = "change"
    /// True: the link is a secret.
    public let holdsSecrets = true
    /// The link; it holds the token.
    public var link: MailLink
    /// The new address.
    public var newAddress: EnvelopeAddress
    /// How long the link holds.
    public var lifetime: Duration
    private let token: Secret<String>

    /// Takes a token, which goes percent-encoded into `APP_URL/confirm-email?token=…`, or below another path.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate`` for an empty or overlong token.
    public init(
        token: Secret<String>,
        newAddress: EnvelopeAddress,
        appURL: MailAppURL,
        path: [String] = ["confirm-email"],
        lifetime: Duration = .seconds(86_400)
    ) throws(MailError) {
        self.token = token
        self.newAddress = newAddress
        self.link = try appURL.link(token: token, path: path)
        self.lifetime = lifetime
    }

    /// The token.
    public var identity: [Secret<String>] { [token] }

    /// What the mail says.
    public func content(_ context: MailTemplateContext) -> MailContent {
        context.action(name, link: link, lifetime: lifetime, ["address": newAddress.wireText])
    }
}
