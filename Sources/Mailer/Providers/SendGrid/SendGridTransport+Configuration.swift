public import GroundworkCore

extension SendGridTransport {
    /// Where an account's data is. The set is open.
    public struct Region: Sendable, Hashable {
        /// The URL of the API.
        public let endpoint: String

        /// Any other place: https, or http on this machine for `LoopbackSendGridServer`.
        public init(endpoint: String) { self.endpoint = endpoint }

        /// Everywhere: `https://api.sendgrid.com`.
        public static let global = Region(endpoint: "https://api.sendgrid.com")
        /// The European Union, for subusers of that region: `https://api.eu.sendgrid.com`.
        public static let europe = Region(endpoint: "https://api.eu.sendgrid.com")
    }

    /// Which account to send with, and how.
    public struct Configuration: Sendable {
        /// The API key, `SG.…`. The scope `mail.send` is enough to send; see ``scheduledMailsCanBeCancelled`` for mails that
        /// are scheduled.
        public var apiKey: Secret<String>
        /// Where the account's data is.
        public var region = Region.global
        /// Has SendGrid check mails and deliver none (`mail_settings.sandbox_mode`).
        public var isSandbox = false
        /// Makes a batch id for each scheduled mail, so that it can be called off; one more request for each.
        ///
        /// The key needs the scope `mail.batch.create` for it, and `user.scheduled_sends.create` to call a mail off. Without
        /// the first, scheduled mails go out only with this set to false.
        public var scheduledMailsCanBeCancelled = true
        /// The pool of IP addresses to send from, 2 to 64 characters; nil leaves it to SendGrid.
        public var ipPool: String?
        /// The group that receivers of SendGrid's own unsubscribe links leave; nil for none.
        public var unsubscribeGroup: Int?
        /// The longest time for one request, unless a deadline comes earlier.
        public var timeout = Duration.seconds(30)
        /// The limiter of the account; nil makes one that does what the answers say.
        public var rateLimiter: MailRateLimiter?
        /// What the client calls itself.
        public var userAgent = "swift-groundwork-mailer"

        /// The usual configuration.
        public init(apiKey: Secret<String>) { self.apiKey = apiKey }

        /// Reads `SENDGRID_API_KEY`.
        /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration`` when it is not set.
        public init(environment: [String: String]) throws(MailError) {
            guard let key = environment["SENDGRID_API_KEY"], !key.isEmpty else {
                throw MailError(
                    .invalidConfiguration,
                    "The environment variable SENDGRID_API_KEY is not set; make a key at "
                        + "app.sendgrid.com/settings/api_keys.",
                    transport: "sendgrid"
                )
            }
            self.init(apiKey: Secret(key))
        }
    }
}
