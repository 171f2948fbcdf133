public import struct FoundationEssentials.Date

/// The addresses that must not be mailed any more, consulted before the wire by every send.
///
/// Fed by webhooks, by hand, or by an import from a provider. ``InMemorySuppressionStore`` and
/// ``FileSuppressionStore`` come with the library; an app with a database conforms its own type.
public protocol SuppressionStore: Sendable {
    /// The entries of those of `addresses` that are suppressed at the moment. When the deadline of a send passes or its task
    /// ends, it is cancelled and waited for no longer.
    func suppressions(of addresses: [EnvelopeAddress]) async throws -> [EnvelopeAddress: Suppression]

    /// Adds or replaces the entry of `suppression.address`.
    func suppress(_ suppression: Suppression) async throws

    /// Adds the entry of `suppression.address`, or replaces the one that is there unless that one stops more
    /// (``Suppression/Reason/stopsMore(than:)``).
    ///
    /// It is one step: webhooks come at the same time and in any order, to several processes perhaps, and the entry that stops
    /// more must be left in the end. A database does it in one statement, such as `INSERT … ON CONFLICT (address) DO UPDATE … WHERE
    /// suppressions.reason = 'unsubscribe' OR excluded.reason <> 'unsubscribe'`.
    /// - Returns: whether the entry is there now.
    @discardableResult
    func strengthen(_ suppression: Suppression) async throws -> Bool

    /// Forgets the entry of `address`; answers whether there was one.
    @discardableResult
    func release(_ address: EnvelopeAddress) async throws -> Bool

    /// Forgets the entry of `address` if it has this reason and is not younger than `date`; answers whether it was so.
    ///
    /// It is one step, so that no complaint that comes at the same time is forgotten with it. A database does it in one
    /// statement, such as `DELETE … WHERE address = $1 AND reason = $2 AND date <= $3`.
    @discardableResult
    func release(_ address: EnvelopeAddress, reason: Suppression.Reason, until date: Date) async throws -> Bool
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

        /// Whether it stops mails that `other` lets through: an unsubscription leaves mails that the receiver needs, every
        /// other reason leaves none.
        public func stopsMore(than other: Reason) -> Bool { self != .unsubscribe && other == .unsubscribe }
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
