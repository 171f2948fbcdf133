import GroundworkCore
import GroundworkStorage

extension BackupFleet {
    /// The folders beside a database's own in which backups of it lie, without a slash at the end.
    ///
    /// Where one URL is replaced by several, or several by one, a database gets another folder. Its old backups stay as they
    /// are and can be restored from; retention, health and the status page do not see them any more.
    /// - Parameter backup: one of ``backups()`` or ``candidates(named:)``.
    /// - Throws: ``PGBackupError`` when the store cannot be asked, `CancellationError`.
    public func foldersLeftBehind(of backup: PostgresBackup) async throws -> [String] {
        let url = backup.configuration.database
        let name = url.database ?? url.user ?? ""
        let folders = [nil, Self.escaped(name), Self.escaped(name) + Self.host(of: url)]
        return try await backup.operation("look for older folders") {
            var found: [String] = []
            for folder in folders {
                let other = backups(of: url, in: folder)
                guard other.keys != backup.keys, try await other.isHome(of: name) else { continue }
                found.append(other.keys.prefix)
            }
            return found
        }
    }
}

extension PostgresBackup {
    /// Whether the newest backup of the folder is of a database of this name.
    fileprivate func isHome(of name: String) async throws -> Bool {
        var newest: BackupID?
        for try await object in store.list(prefix: keys.manifests) {
            if let id = keys.id(ofManifest: object.key) { newest = max(newest ?? id, id) }
        }
        guard let newest else { return false }
        // One that cannot be read is better told of once too often.
        guard let manifest = try? await readManifest(newest).get() else { return true }
        return manifest.source.database == name
    }
}
