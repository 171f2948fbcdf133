public import struct FoundationEssentials.Date
import GroundworkCore

/// Suppressed addresses in a file that only its owner can read: one JSON object in each line, the last one of an address
/// counts.
///
///     let suppressions = try await FileSuppressionStore(path: "/var/lib/shop/suppressions.jsonl")
///
/// Every change is on the disk before the call returns. A crash in the middle of a write leaves a line without its end,
/// which the next start takes away. The file is written anew when most of it is of no more use. One process at a time:
/// a second one is refused. All entries are in memory as well, for about 300 bytes each.
public final class FileSuppressionStore: SuppressionStore {
    /// The file.
    public let path: String
    private let table: Locked<SuppressionTable>
    private let log: Locked<SuppressionLog>

    /// Opens the file, or makes it.
    /// - Parameters:
    ///   - path: the file, in a directory that is there; beside it, `PATH.lock` is made.
    ///   - maximumCount: the most addresses that it holds.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration`` when it cannot be opened, is in use, or has a
    ///   line that is none of this store's.
    public init(path: String, maximumCount: Int = 100_000) async throws {
        let (log, table) = try await BlockingThreads.shared.run {
            try SuppressionLog.open(path, maximumCount: maximumCount)
        }
        self.path = path
        self.log = Locked(log)
        self.table = Locked(table)
    }

    /// The entries of those of `addresses` that are suppressed. From memory.
    public func suppressions(of addresses: [EnvelopeAddress]) async throws -> [EnvelopeAddress: Suppression] {
        table.withLock { $0.suppressions(of: addresses) }
    }

    /// Adds or replaces an entry.
    /// - Throws: ``MailError`` with ``MailError/Code/limitExceeded`` when the store is full, `SystemCallError` when the
    ///   disk fails; then nothing has changed.
    public func suppress(_ suppression: Suppression) async throws {
        try await change(.entry(suppression)) { table in try table.insert(suppression) }
    }

    /// Adds an entry, or replaces one that does not stop more.
    /// - Throws: what ``suppress(_:)`` throws.
    @discardableResult
    public func strengthen(_ suppression: Suppression) async throws -> Bool {
        try await change(.entry(suppression), if: { $0.canStrengthen(suppression) }) { table in
            try table.insert(suppression)
        } != nil
    }

    /// Forgets an entry.
    /// - Throws: `SystemCallError` when the disk fails; then nothing has changed.
    @discardableResult
    public func release(_ address: EnvelopeAddress) async throws -> Bool {
        try await change(.release(address), if: { $0.contains(address) }) { $0.remove(address) } ?? false
    }

    /// Forgets an entry that has this reason and is not younger.
    /// - Throws: `SystemCallError` when the disk fails; then nothing has changed.
    @discardableResult
    public func release(
        _ address: EnvelopeAddress,
        reason: Suppression.Reason,
        until date: Date
    ) async throws -> Bool {
        try await change(.release(address), if: { $0.contains(address, reason, until: date) }) {
            $0.remove(address)
        } ?? false
    }

    /// How many addresses are suppressed.
    public var count: Int { table.withLock { $0.count } }

    /// All entries, in no particular order.
    public var all: [Suppression] { table.withLock { $0.all } }

    /// Writes a line, and then changes the table, if that is still called for. The file's lock is held meanwhile, so that both
    /// have the same order and nothing comes in between; it is held on threads that may block only.
    /// - Returns: nil when nothing was changed.
    @discardableResult
    private func change<Result: Sendable>(
        _ line: SuppressionLine,
        if isCalledFor: @escaping @Sendable (SuppressionTable) -> Bool = { _ in true },
        _ apply: @escaping @Sendable (inout SuppressionTable) throws -> Result
    ) async throws -> Result? {
        try await BlockingThreads.shared.run { [self] in
            try log.withLock { log in
                guard table.withLock({ isCalledFor($0) }) else { return nil }
                if case .entry(let suppression) = line, !table.withLock({ $0.hasRoom(for: suppression.address) }) {
                    return try table.withLock { try apply(&$0) }
                }
                try log.append(line)
                let result = try table.withLock { try apply(&$0) }
                let left = table.withLock { $0.count }
                if log.lineCount > 2 * left + 1000 {
                    // What cannot be shortened now is shortened later.
                    try? log.rewrite(table.withLock { $0.all })
                }
                return result
            }
        }
    }
}
