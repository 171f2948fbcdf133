public import FoundationEssentials

/// A change of an account that Apple reports to the server (Apple, "Processing changes for Sign in with Apple accounts").
public struct AppleNotification: Sendable, Hashable {
    /// What happened. The set is open.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        /// Apple's word.
        public let rawValue: String
        /// Any kind, also one that is not listed here.
        public init(_ rawValue: String) { self.rawValue = rawValue }
        /// The word.
        public var description: String { rawValue }
        /// The user stopped the relay of mail.
        public static let emailDisabled = Kind("email-disabled")
        /// The user started the relay of mail again.
        public static let emailEnabled = Kind("email-enabled")
        /// The user no longer lets the app in: end the sessions.
        public static let consentRevoked = Kind("consent-revoked")
        /// The user's Apple Account is gone: delete what belongs to it. Apple's older word `account-delete` is this, too.
        public static let accountDeleted = Kind("account-deleted")
    }

    /// What happened.
    public let kind: Kind
    /// The user.
    public let subject: String
    /// The client that it is about; route by it, since one address may serve several apps.
    public let audience: String
    /// When it happened.
    public let occurredAt: Date
    /// The address that the change is about, if any.
    public let email: String?
    /// Whether the address is one of the relay.
    public let isPrivateEmail: Bool?
    /// The identifier of this notification, the same when Apple sends it again.
    public let id: String
}
