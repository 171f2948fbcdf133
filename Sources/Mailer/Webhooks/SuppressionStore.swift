public import struct FoundationEssentials.Date

/// The addresses that must not be mailed any more, consulted before the wire by every send.
///
/// Fed by webhooks, by hand, or by an import from a provider. ``InMemorySuppressionStore`` and
/// ``FileSuppressionStore`` come with the library; an app with a database conforms its own type.
public protocol SuppressionStore: Sendable {
    /// The entries of those of `addresses` that are suppressed at the moment.
    func suppressions(of addresses: [EnvelopeAddress]) async throws -> [EnvelopeAddress: Suppression]

    /// Adds or replaces the entry of `suppression.address`.
    func suppress(_ suppression: Suppression) async throws

    /// Forgets the entry of `address`; answers whether there was one.
    @discardableResult
    func release(_ address: EnvelopeAddress) async throws -> Bool
}

/// Why an address is not mailed.
public struct Suppression: Sendable, Hashable {
    /// The reason; an open set.
    public struct Reason: Sendable, Hashable, CustomStringConvertible {
        /// The reason's name, as it is stored.
        public let rawValue: String

        /// Names a reason, one of your own too.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        /// The reason's name.
        public var description: String { rawValue }

        /// The mailbox does not exist or refuses for good.
        public static let hardBounce = Reason("hardBounce")
        /// The receiver marked a message as spam.
        public static let complaint = Reason("complaint")
        /// The receiver unsubscribed.
        public static let unsubscribe = Reason("unsubscribe")
        /// Somebody entered it by hand.
        public static let manual = Reason("manual")
    }

    /// Who is not mailed.
    public var address: EnvelopeAddress
    /// Why.
    public var reason: Reason
    /// Since when.
    public var date: Date
    /// The provider's words or a note; without secrets.
    public var detail: String

    /// Makes an entry.
    public init(address: EnvelopeAddress, reason: Reason, date: Date, detail: String = "") {
        self.address = address
        self.reason = reason
        self.date = date
        self.detail = detail
    }
}
