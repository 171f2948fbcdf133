public import FoundationEssentials
import GroundworkCore
import GroundworkStorage

/// A mark that keeps a backup from being pruned, stored as an object beside it.
public struct BackupPin: Sendable, Hashable, Codable {
    /// The backup.
    public var backup: BackupID
    /// Why it is kept.
    public var reason: String
    /// When it was pinned, in whole seconds.
    public var pinnedAt: Date { begun.date }
    private var begun: RecordTime

    init(backup: BackupID, reason: String, at date: Date) {
        self.backup = backup
        self.reason = reason
        begun = RecordTime(date)
    }

    enum CodingKeys: String, CodingKey {
        case backup, reason
        case begun = "pinnedAt"
    }
}

extension PostgresBackup {
    /// Keeps a backup from being pruned, until ``unpin(_:)``.
    /// - Parameters:
    ///   - id: the backup.
    ///   - reason: why, for those who come later; at most 1,000 bytes are kept.
    /// - Throws: ``PGBackupError`` with ``PGBackupError/Code/backupNotFound`` when there is no such backup, and others.
    public func pin(_ id: BackupID, reason: String) async throws {
        try await operation("pinning of \(id)") {
            _ = try await readManifest(id).get()
            let text = String(decoding: reason.utf8.prefix(1000), as: UTF8.self)
            let pin = BackupPin(backup: id, reason: text, at: configuration.time.now)
            var options = ObjectPutOptions()
            options.contentType = "application/json"
            try await store.put(keys.pin(id), .bytes(Array(try JSONEncoder().encode(pin))), options: options)
        }
    }

    /// Lets a backup be pruned again. One that is not pinned is no error.
    /// - Throws: ``PGBackupError``, `CancellationError`.
    public func unpin(_ id: BackupID) async throws {
        try await operation("unpinning of \(id)") { try await store.delete(keys.pin(id)) }
    }

    /// All pins, in the order of their backups' ids. A pin that cannot be read is one all the same, without a reason.
    /// - Throws: ``PGBackupError``, `CancellationError`.
    public func pins() async throws -> [BackupPin] {
        try await operation("listing of the pins") {
            var pins: [BackupPin] = []
            for id in try await pinnedIDs().sorted() {
                do {
                    let bytes = try await store.read(keys.pin(id), upTo: Self.recordLimit)
                    let pin = try? JSONDecoder().decode(BackupPin.self, from: Data(bytes))
                    pins.append(
                        pin.flatMap { $0.backup == id ? $0 : nil } ?? BackupPin(backup: id, reason: "", at: id.date)
                    )
                } catch let error as ObjectStoreError where error.code == .notFound {
                    // Unpinned since it was listed.
                    continue
                }
            }
            return pins
        }
    }

    /// The pinned backups, by their pins' keys.
    func pinnedIDs() async throws -> Set<BackupID> {
        var ids: Set<BackupID> = []
        for try await object in store.list(prefix: keys.pins) {
            if let id = keys.id(ofPin: object.key) { ids.insert(id) }
        }
        return ids
    }
}
