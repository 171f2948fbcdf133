import GroundworkCore

/// Where the objects of backups lie in a store.
///
///     PREFIX/manifests/ID.manifest.json     one for each backup, written last
///     PREFIX/data/ID.dump.gz                its archive
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

    func data(_ id: BackupID) -> String { "\(base)data/\(id).dump.gz" }

    /// The id in the key of a manifest; nil for anything else.
    func id(ofManifest key: String) -> BackupID? {
        guard key.hasPrefix(manifests), key.hasSuffix(Self.manifestSuffix) else { return nil }
        return BackupID(String(key.dropFirst(manifests.count).dropLast(Self.manifestSuffix.count)))
    }
}
