extension FakeApple {
    /// How the fake behaves; change it at any time through ``FakeApple/update(_:)``.
    public struct Behavior: Sendable {
        /// What stands in the way of answers. The set is open.
        public struct Outage: Sendable, Hashable {
            enum Base: Hashable { case status(Int), html, empty, closes, hangs }
            let base: Base
            /// Every answer has this status and no body.
            public static func status(_ status: Int) -> Outage { Outage(base: .status(status)) }
            /// Every answer is an HTML page with status 200, as of a proxy.
            public static let html = Outage(base: .html)
            /// Every answer is empty, with status 200.
            public static let empty = Outage(base: .empty)
            /// Connections are closed after the request was read.
            public static let closes = Outage(base: .closes)
            /// No answer ever comes.
            public static let hangs = Outage(base: .hangs)
        }

        /// Who answers the consent page.
        public var user = FakeAppleUser()
        /// What stands in the way of tokens and revocations.
        public var outage: Outage?
        /// What stands in the way of the keys.
        public var keysOutage: Outage?
        /// Whether booleans in tokens are texts, as until February 2024.
        public var stringBooleans = false
        /// How far Apple's clock is ahead of the tests', in seconds: counts for tokens and client secrets.
        public var clockOffset = 0
        /// Whether a refresh token may be validated once a day only.
        public var throttlesRefreshes = true
        /// Keys that were revoked in the developer portal: client secrets signed with them are refused.
        public var revokedKeyIDs: Set<String> = []

        /// An error that every token, revocation and migration is answered with, such as `unauthorizedClient`, after the
        /// client was authenticated.
        public var error: AppleSignInError.Code?
        /// Apple's words beside ``error``.
        public var errorDescription: String?
        /// An error that the consent page sends to the redirect URI instead of a code, such as `server_error`.
        public var consentError: String?
        /// So many of the next tokens, revocations and migrations are answered with 429.
        public var throttledRequests = 0

        /// A well-behaved Apple.
        public init() {}
    }
}
