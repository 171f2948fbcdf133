public import GroundworkCore

extension ResendTransport {
    /// Which account to send with, and how.
    public struct Configuration: Sendable {
        /// The API key, `re_…`. A key that may only send is enough; with full access `check` can look at the domain.
        public var apiKey: Secret<String>
        /// Where the API is: https, or http on this machine for `LoopbackResendServer`.
        public var endpoint = "https://api.resend.com"
        /// Sends to Resend's test addresses in place of the recipients, so that nobody gets the mail and everything else
        /// is real (resend.com/docs/dashboard/emails/send-test-emails).
        public var isSandbox = false
        /// The longest time for one request, unless a deadline comes earlier.
        public var timeout = Duration.seconds(30)
        /// The limiter of the account. Resend counts per team: share one between all transports of a team. nil makes one
        /// that does what the answers say.
        public var rateLimiter: MailRateLimiter?
        /// What the client calls itself. Resend refuses requests without a User-Agent.
        public var userAgent = "swift-groundwork-mailer"

        /// The usual configuration.
        public init(apiKey: Secret<String>) { self.apiKey = apiKey }

        /// Reads `RESEND_API_KEY`.
        /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration`` when it is not set.
        public init(environment: [String: String]) throws(MailError) {
            guard let key = environment["RESEND_API_KEY"], !key.isEmpty else {
                throw MailError(
                    .invalidConfiguration,
                    "The environment variable RESEND_API_KEY is not set; make a key at resend.com/api-keys.",
                    transport: "resend"
                )
            }
            self.init(apiKey: Secret(key))
        }
    }
}
