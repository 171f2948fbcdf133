/// Which server a transport sends to, and how.
///
///     var configuration = SMTPConfiguration(host: "smtp.example.com")
///     configuration.credentials = .password(userName: "app", Secret(password))
public struct SMTPConfiguration: Sendable {
    /// The server's name or numeric address. Its certificate must be for it.
    public var host: String
    /// The port; ``SMTPSecurity/usualPort`` unless set.
    public var port: UInt16
    /// TLS: required, unless another choice is made.
    public var security: SMTPSecurity
    /// Whose certificates are trusted.
    public var trust = SMTPTrust.system
    /// What to log in with; nil: no login.
    public var credentials: SMTPCredentials?
    /// The ways to log in that are allowed, in order of preference.
    public var mechanisms: [SASLMechanism] = [.plain, .login, .oauthBearer, .xoauth2]
    /// How the client names itself. Some servers want a name that resolves.
    public var clientName = SMTPClientName.unnamed
    /// How long each step may take.
    public var timeouts = SMTPTimeouts()
    /// How long a send may take that names no deadline, waiting for a connection included; of many mails each.
    public var sendTimeout = Duration.seconds(300)
    /// Which notifications to ask for; nil: none, the server decides.
    public var deliveryNotifications: SMTPDeliveryNotifications?

    /// The most connections at once.
    public var maximumConnections = 5
    /// The most messages that wait for a connection; a further one is refused at once, to be tried later.
    public var maximumWaiting = 10_000
    /// How long an unused connection is kept. Servers close theirs after a while, often five minutes.
    public var idleTimeout = Duration.seconds(30)
    /// How many messages go through one connection before a new one is made. Servers have limits, often 100.
    public var maximumMessagesPerConnection = 100
    /// How many recipients one transaction has at most; a mail for more goes out in parts, each with an outcome of its own.
    /// Every server takes 100 (RFC 5321, section 4.5.3.1.8). Not split are mails for a server that de-duplicates by the
    /// mail's key, and mails whose attachments can be read once only.
    public var maximumRecipientsPerMessage = 100
    /// Whether the envelope of the next waiting message goes out with the end of the one before it (RFC 2920, section
    /// 3.1): one round trip for each message in place of two, when messages queue up.
    public var pipelinesAcrossMessages = false

    /// Sends credentials even without TLS, where everybody on the way can read them. **Dangerous**: for tests against a
    /// server on the same machine that offers no TLS, and for nothing else.
    public var dangerouslySendsCredentialsInClear = false

    /// Mail through a server with `STARTTLS`, unless another protection is chosen.
    public init(host: String, port: UInt16? = nil, security: SMTPSecurity = .startTLS) {
        self.host = host
        self.port = port ?? security.usualPort
        self.security = security
    }
}
