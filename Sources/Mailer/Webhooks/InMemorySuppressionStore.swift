public import struct FoundationEssentials.Date
import GroundworkCore

/// Suppressed addresses in memory: for tests, and for programs that fill it anew at each start.
///
/// The local part's case does not matter, for bounces often report it in another one. Bounded: beyond the limit nothing
/// is added, and `suppress` says so.
public final class InMemorySuppressionStore: SuppressionStore {
    private let table: Locked<SuppressionTable>

    /// Makes an empty store.
    /// - Parameter maximumCount: the most addresses that it holds.
    public init(maximumCount: Int = 1_000_000) {
        table = Locked(SuppressionTable(maximumCount: maximumCount))
    }

    /// The entries of those of `addresses` that are suppressed.
    public func suppressions(of addresses: [EnvelopeAddress]) async throws -> [EnvelopeAddress: Suppression] {
        table.withLock { $0.suppressions(of: addresses) }
    }

    /// Adds or replaces an entry.
    /// - Throws: ``MailError`` with ``MailError/Code/limitExceeded`` when the store is full.
    public func suppress(_ suppression: Suppression) async throws {
        try table.withLock { table throws(MailError) in try table.insert(suppression) }
    }

    /// Adds an entry, or replaces one that does not stop more.
    /// - Throws: ``MailError`` with ``MailError/Code/limitExceeded`` when the store is full.
    @discardableResult
    public func strengthen(_ suppression: Suppression) async throws -> Bool {
        try table.withLock { table throws(MailError) in
            guard table.canStrengthen(suppression) else { return false }
            try table.insert(suppression)
            return true
        }
    }

    /// Forgets an entry.
    @discardableResult
    public func release(_ address: EnvelopeAddress) async throws -> Bool {
        table.withLock { $0.remove(address) }
    }

    /// Forgets an entry that has this reason and is not younger.
    @discardableResult
    public func release(
        _ address: EnvelopeAddress,
        reason: Suppression.Reason,
        until date: Date
    ) async throws -> Bool {
        table.withLock { $0.contains(address, reason, until: date) && $0.remove(address) }
    }

    /// How many addresses are suppressed.
    public var count: Int { table.withLock { $0.count } }

    /// All entries, in no particular order.
    public var all: [Suppression] { table.withLock { $0.all } }
}

/// Suppressed addresses by what counts of them.
struct SuppressionTable: Sendable {
    let maximumCount: Int
    private var entries: [String: Suppression] = [:]

    init(maximumCount: Int) { self.maximumCount = max(0, maximumCount) }

    var count: Int { entries.count }
    var all: [Suppression] { Array(entries.values) }

    /// The address without regard to case, in ASCII.
    static func key(_ address: EnvelopeAddress) -> String { address.wireText.lowercasedASCII() }

    func suppressions(of addresses: [EnvelopeAddress]) -> [EnvelopeAddress: Suppression] {
        var found: [EnvelopeAddress: Suppression] = [:]
        for address in addresses { found[address] = entries[Self.key(address)] }
        return found
    }

    func contains(_ address: EnvelopeAddress) -> Bool { entries[Self.key(address)] != nil }

    /// Whether there is an entry of this reason that is not younger.
    func contains(_ address: EnvelopeAddress, _ reason: Suppression.Reason, until date: Date) -> Bool {
        entries[Self.key(address)].map { $0.reason == reason && $0.date <= date } ?? false
    }

    /// Whether an entry could be added.
    func hasRoom(for address: EnvelopeAddress) -> Bool { contains(address) || entries.count < maximumCount }

    /// Whether the entry may take the place of the one that is there.
    func canStrengthen(_ suppression: Suppression) -> Bool {
        entries[Self.key(suppression.address)].map { !$0.reason.stopsMore(than: suppression.reason) } ?? true
    }

    mutating func insert(_ suppression: Suppression) throws(MailError) {
        guard hasRoom(for: suppression.address) else {
            throw MailError(
                .limitExceeded,
                "The store holds \(maximumCount) suppressed addresses already; raise maximumCount, or use a database."
            )
        }
        entries[Self.key(suppression.address)] = suppression
    }

    mutating func remove(_ address: EnvelopeAddress) -> Bool { entries.removeValue(forKey: Self.key(address)) != nil }
}
