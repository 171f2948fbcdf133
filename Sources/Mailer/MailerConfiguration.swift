extension Mailer {
    /// Who sends, how it looks, and how long things may take.
    public struct Configuration: Sendable {
        /// Who writes; its domain must be one that the provider lets you send from.
        public var from: Mailbox
        /// Where answers go; nil: to ``from``.
        public var replyTo: Mailbox?
        /// How the built-in mails look; nil where only messages of your own are sent.
        public var brand: MailBrand?
        /// The language of those whose language is not given.
        public var locale = MailLocale.english
        /// The phrases of the built-in mails.
        public var phrases = MailPhrases.standard
        /// Where links lead, and how long they hold.
        public var links = Links()
        /// The time for sending one mail, or one batch, with all tries and waits.
        public var timeout = Duration.seconds(120)

        /// Takes a sender.
        public init(from: Mailbox) { self.from = from }

        /// Where the links of the built-in mails lead below `APP_URL`, and how long they hold.
        ///
        /// The mails say how long; that the token really expires then is for the app to see to.
        public struct Links: Sendable, Hashable {
            /// A page, by the parts of its path, and how long a link to it holds.
            public struct Link: Sendable, Hashable {
                /// The parts of the path.
                public var path: [String]
                /// How long the link holds.
                public var lifetime: Duration

                /// Takes both.
                public init(path: [String], lifetime: Duration) {
                    self.path = path
                    self.lifetime = lifetime
                }
            }

            /// `/verify-email`, 24 hours.
            public var verification = Link(path: ["verify-email"], lifetime: .seconds(86_400))
            /// `/reset-password`, one hour.
            public var passwordReset = Link(path: ["reset-password"], lifetime: .seconds(3600))
            /// `/sign-in`, 15 minutes.
            public var magicLink = Link(path: ["sign-in"], lifetime: .seconds(900))
            /// `/confirm-email`, 24 hours.
            public var emailChange = Link(path: ["confirm-email"], lifetime: .seconds(86_400))
            /// The page of the account's security.
            public var security = ["account", "security"]

            /// The usual paths and times.
            public init() {}
        }

        /// What can be said without asking anybody.
        var findings: [MailCheckFinding] {
            var result: [MailCheckFinding] = []
            let domain = from.address.domain.wireText
            let reserved = ["example", "example.com", "example.net", "example.org", "invalid", "localhost", "test"]
            if from.address.domain.isLiteral || reserved.contains(where: { domain == $0 || domain.hasSuffix(".\($0)") })
            {
                result.append(
                    MailCheckFinding(
                        .warning,
                        "From domain",
                        "\(domain) is nobody's domain, so that no server out there takes mail from it.",
                        advice: "Set EMAIL_FROM to an address of a domain of yours.",
                        transport: "mailer"
                    )
                )
            }
            if let url = brand?.appURL.text, url.hasPrefix("http://") {
                result.append(
                    MailCheckFinding(
                        .warning,
                        "APP_URL",
                        "Links lead to this machine, \(url), and work for nobody else.",
                        advice: "Set APP_URL to the https address of the app.",
                        transport: "mailer"
                    )
                )
            }
            return result
        }
    }
}
