import GroundworkCore

/// Where the objects of backups lie in a store.
///
///     PREFIX/manifests/ID.manifest.json     one for each backup, written last
///     PREFIX/data/ID.dump.gz                its archive; what is longer than an object may be goes on in ID.dump.2.gz …
///     PREFIX/data/ID.globals.sql            the server's roles
///     PREFIX/verifications/ID/TIME-LEVEL-OUTCOME.json   one for each verification
///     PREFIX/pins/ID.json                   while the backup must not be deleted
///     PREFIX/history.json                   the runs of the past, failed ones too
///     PREFIX/catalog.json                   a cache of what retention needs of all manifests
///     PREFIX/lease.json                     which run is at work
///     PREFIX/status.html                    the status page of the last run
///     PREFIX/check/RANDOM.txt, .bin         while the doctor tries the store
///
/// One listing of `PREFIX/manifests/` finds all backups and nothing else; files of other tools beside the folder, such
/// as `PREFIX-2026-01-25.tar.gz`, are never touched.
struct BackupKeys: Sendable, Hashable {
    private static let manifestSuffix = ".manifest.json"

    let prefix: String

    /// - Parameter prefix: `BACKUP_FILE_PREFIX`; slashes at its end are dropped.
    init(prefix: String) {
        var text = prefix[...]
        while text.last == "/" { text = text.dropLast() }
        self.prefix = String(text)
    }

    private var base: String { prefix.isEmpty ? "" : prefix + "/" }

    /// What the keys of all manifests begin with.
    var manifests: String { "\(base)manifests/" }

    func manifest(_ id: BackupID) -> String { "\(manifests)\(id)\(Self.manifestSuffix)" }

    /// - Parameter number: 1 for the first object of an archive; further ones are there only for archives that are longer
    ///   than an object may be.
    func data(_ id: BackupID, _ number: Int = 1) -> String {
        "\(base)data/\(id).dump\(number == 1 ? "" : ".\(number)").gz"
    }

    func globals(_ id: BackupID) -> String { "\(base)data/\(id).globals.sql" }

    /// The id in the key of a manifest; nil for anything else.
    func id(ofManifest key: String) -> BackupID? {
        guard key.hasPrefix(manifests), key.hasSuffix(Self.manifestSuffix) else { return nil }
        return BackupID(String(key.dropFirst(manifests.count).dropLast(Self.manifestSuffix.count)))
    }

    /// What the keys of all data objects begin with.
    var dataFolder: String { "\(base)data/" }

    /// The id in the key of a data object; nil for anything else.
    func id(ofData key: String) -> BackupID? {
        guard key.hasPrefix(dataFolder) else { return nil }
        let name = key.dropFirst(dataFolder.count)
        guard let dot = name.firstIndex(of: "."), !name.contains("/") else { return nil }
        return BackupID(String(name[..<dot]))
    }

    /// What the keys of all verification records begin with.
    var verifications: String { "\(base)verifications/" }

    /// What the keys of one backup's verification records begin with.
    func verifications(_ id: BackupID) -> String { "\(verifications)\(id)/" }

    /// What the keys of all pins begin with.
    var pins: String { "\(base)pins/" }

    func pin(_ id: BackupID) -> String { "\(pins)\(id).json" }

    /// The id in the key of a pin; nil for anything else.
    func id(ofPin key: String) -> BackupID? {
        guard key.hasPrefix(pins), key.hasSuffix(".json") else { return nil }
        return BackupID(String(key.dropFirst(pins.count).dropLast(5)))
    }

    /// The runs of the past.
    var history: String { "\(base)history.json" }

    /// The cache of what retention needs of all manifests.
    var catalog: String { "\(base)catalog.json" }

    /// Which run is at work.
    var lease: String { "\(base)lease.json" }

    /// What the store's clock is read from; it is deleted at once.
    var clockProbe: String { "\(base)clock-probe.txt" }

    /// What the lease's proof is made with; it is deleted at once.
    var leaseProbe: String { "\(base)lease-probe.txt" }

    /// The status page of the last run.
    var statusPage: String { "\(base)status.html" }

    /// What the keys of the objects begin with that a check of the store writes and deletes.
    var checks: String { "\(base)check/" }

    /// What a check of the store calls its objects, without their endings.
    /// - Parameter random: eight bytes, so that two checks at once do not meet.
    func check(_ random: [UInt8]) -> String { "\(checks)\(Hex.encode(random))" }

    /// Whether a key is of the form that checks of the store write.
    func isCheck(_ key: String) -> Bool {
        guard key.hasPrefix(checks) else { return false }
        let parts = key.dropFirst(checks.count).split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0].utf8.count == 16 && Hex.decode(parts[0]) != nil
            && ["txt", "bin"].contains(parts[1])
    }
}
