/// A link with a token: whoever has it may act, once, until it expires.
///
/// The token stands in the link and nowhere else; neither is shown by `description`, `dump` or a mirror.
public struct SecretLink: Sendable {
    /// The link; it holds the token.
    public let link: MailLink
    /// How long the app honours it, which the mail tells.
    public var lifetime: Duration
    let token: Secret<String>

    /// A token of at least so many bytes is taken for one that cannot be guessed.
    ///
    /// The idempotency key and the Message-ID of a mail are digests of its token, among others, and are seen by providers
    /// and logs. A shorter token, such as a code of six digits, could be found by trying all; its mails therefore have a
    /// key that only this process recognises.
    public static let shortestUnguessableToken = 16

    /// Takes a token, which goes percent-encoded into `APP_URL/path?token=…`.
    /// - Parameters:
    ///   - token: what the app will recognise, such as 32 random bytes in hexadecimal.
    ///   - appURL: the app, `APP_URL`.
    ///   - path: the parts of the path below it.
    ///   - lifetime: how long the app honours it.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate`` for an empty or overlong token.
    public init(
        token: Secret<String>,
        appURL: MailAppURL,
        path: [String],
        lifetime: Duration
    ) throws(MailError) {
        self.token = token
        self.link = try appURL.link(token: token, path: path)
        self.lifetime = lifetime
    }
}

/// A mail that asks for one click on a link with a token. The built-in account mails are such, and your own may be:
///
///     struct InvitationMail: SecretLinkMail {
///         let name = "invite"
///         var secretLink: SecretLink
///         var team: String
///         var values: [String: String] { ["team": team] }
///     }
///
/// with the phrases ``MailPhrase/subject(_:)``, ``MailPhrase/heading(_:)``, ``MailPhrase/body(_:)``,
/// ``MailPhrase/button(_:)`` and ``MailPhrase/ignore(_:)`` of its name added to ``MailPhrases``, where `{team}` and
/// `{app}` stand for the values. Tracking is off, and the idempotency key follows from name, receiver, language and token.
public protocol SecretLinkMail: MailTemplate {
    /// The link.
    var secretLink: SecretLink { get }

    /// What `{…}` in the phrases stands for, besides `{app}`.
    var values: [String: String] { get }
}

extension SecretLinkMail {
    /// Nothing but `{app}`.
    public var values: [String: String] { [:] }

    /// True: the link is a secret.
    public var holdsSecrets: Bool { true }

    /// The token.
    public var identity: [Secret<String>] { [secretLink.token] }

    /// Headline, why, button, until when, and what to do if it was somebody else.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate`` when a phrase is missing.
    public func content(_ context: MailTemplateContext) throws(MailError) -> MailContent {
        let keys: [MailPhrase] = [.subject(name), .heading(name), .body(name), .button(name), .ignore(name)]
        for key in keys where !context.phrases.contains(key, context.locale) {
            throw MailError(
                .invalidTemplate,
                "The phrase \(key) is missing for \(context.locale); add it to MailPhrases in that language or in English."
            )
        }
        let expiry = ["time": context.phrases.time(secretLink.lifetime, context.locale)]
        return MailContent(
            subject: context.phrase(.subject(name), values),
            blocks: [
                .heading(context.phrase(.heading(name), values)), .text(context.phrase(.body(name), values)),
                .button(context.phrase(.button(name), values), secretLink.link),
                .note(context.phrase(.expires, expiry)), .note(context.phrase(.ignore(name), values)),
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
