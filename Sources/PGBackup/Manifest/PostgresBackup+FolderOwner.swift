import GroundworkCore
import GroundworkStorage
import Logging

/// Whose backups lie in the folder: two services that share a bucket and a prefix would each count, prune and restore what
/// is the other's.
///
/// A database is told by its name. Another number of the server alone does not count where the name is the same: a server
/// that was replaced, upgraded or has another address is no other database. It does not come back, though: numbers that
/// take turns are of two services.
extension PostgresBackup {
    /// So many of the newest manifests are looked at.
    private static let looks = 5

    /// The database's name as the URL says it, by which backups are told as its own. Nil where it is not known, and then
    /// every backup counts as its own: the URL names neither database nor user, or its address is that of a pooler, which may
    /// know it by another name.
    var databaseName: String? {
        configuration.allowsPooler && configuration.database.poolerHint != nil ? nil : nameInURL
    }

    /// The database's name as the URL says it, cut as the server cuts it: names have at most 63 bytes (PostgreSQL
    /// documentation, section 4.1.1).
    private var nameInURL: String? {
        (configuration.database.database ?? configuration.database.user).map { name in
            var (kept, bytes) = (String.UnicodeScalarView(), 0)
            for scalar in name.unicodeScalars {
                bytes += UTF8.width(scalar)
                if bytes > 63 { break }
                kept.append(scalar)
            }
            return String(kept)
        }
    }

    /// What was backed up, with the URL's name for it where that is another than the server's.
    func source(_ facts: DatabaseFacts) -> BackupManifest.Source {
        var source = facts.source
        source.alias = nameInURL.flatMap { $0 == facts.database ? nil : $0 }
        return source
    }

    func isOwn(_ manifest: BackupManifest) -> Bool { databaseName.map { manifest.source.isCalled($0) } ?? true }

    func isOwn(_ candidate: RetentionCandidate) -> Bool {
        databaseName.map { $0 == candidate.databaseName || $0 == candidate.alias } ?? true
    }

    /// The manifest of the newest backup that can be read; nil when there is none.
    func newestManifest() async throws -> BackupManifest? {
        for id in try await newestIDs() {
            if case .success(let manifest) = try await readManifest(id, skipsTables: true) { return manifest }
        }
        return nil
    }

    /// Ids of manifests, the newest first, as many as are looked at.
    private func newestIDs() async throws -> ArraySlice<BackupID> {
        var ids: [BackupID] = []
        for try await object in store.list(prefix: keys.manifests) {
            if let id = keys.id(ofManifest: object.key) { ids.append(id) }
        }
        return ids.sorted(by: >).prefix(Self.looks)
    }

    /// The newest backup of this very database of this server that is older than `newest`, as far as is looked.
    private func own(before newest: BackupManifest, _ ours: String, _ facts: DatabaseFacts) async throws -> BackupID? {
        for id in try await newestIDs() where id < newest.id {
            guard case .success(let manifest) = try await readManifest(id, skipsTables: true) else { continue }
            if manifest.source.database == facts.database, manifest.source.systemIdentifier == ours { return id }
        }
        return nil
    }

    /// - Returns: what looks as if another service shared the folder, without being certain, in a full sentence.
    /// - Throws: ``PGBackupError`` with ``PGBackupError/Code/invalidConfiguration`` when the newest backup of the folder is of
    ///   a database with another name, or of one on another server while an older one is of this database and server.
    func refuseFolderOfAnother(_ facts: DatabaseFacts) async throws -> String? {
        var newest: BackupManifest?
        var own: BackupID?
        do {
            newest = try await newestManifest()
            if let newest, newest.source.database == facts.database, let ours = facts.systemIdentifier,
                newest.source.systemIdentifier.map({ $0 != ours }) ?? false
            {
                own = try await self.own(before: newest, ours, facts)
            }
        } catch let error as ObjectStoreError {
            // A backup is worth more than this check; if the store is out of order, the run will tell.
            logger.warning("Whose backups lie in the folder cannot be looked at: \(error.message)")
            return nil
        }
        guard let newest else { return nil }
        guard newest.source.database == facts.database else {
            throw PGBackupError(.invalidConfiguration, folderOfAnother(newest, ours: facts.database))
        }
        guard let theirs = newest.source.systemIdentifier, let ours = facts.systemIdentifier, theirs != ours else {
            return nil
        }
        if let own { throw PGBackupError(.invalidConfiguration, folderInTurns(newest, own: own)) }
        return "The newest backup under \(keys.manifests), \(newest.id), is of a database of the same name on another "
            + "server. If the server was replaced, that is as it should be. If two services share the folder, set "
            + "BACKUP_FILE_PREFIX to a folder of its own for each."
    }

    /// What is wrong with a folder whose newest backup is of another database.
    func folderOfAnother(_ newest: BackupManifest, ours: String) -> String {
        "The newest backup under \(keys.manifests) in \(store.location), \(newest.id), is of the database "
            + "\(Self.shown(newest.source.database)), and this run is of \(Self.shown(ours)). In one folder each would count "
            + "and prune the backups of the other. Set BACKUP_FILE_PREFIX to a folder of its own for each database, such as "
            + "\(keys.prefix.isEmpty ? "backup" : keys.prefix)-\(BackupFleet.escaped(ours)); also when the database was renamed. "
            + "What is there stays, and is found with the old prefix."
    }

    /// What is wrong with a folder that two databases of one name on two servers use by turns.
    private func folderInTurns(_ newest: BackupManifest, own: BackupID) -> String {
        "The newest backup under \(keys.manifests) in \(store.location), \(newest.id), is of the database "
            + "\(Self.shown(newest.source.database)) on another server, while the older \(own) is of this one: two services "
            + "share the folder. In one folder each would count and prune the backups of the other. Set "
            + "BACKUP_FILE_PREFIX to a folder of its own for each service, such as "
            + "\(keys.prefix.isEmpty ? "backup" : keys.prefix)-2; also when the database went back to a former server. "
            + "What is there stays, and is found with the old prefix."
    }

    /// What people should know of backups of others in the folder; nil when there are none.
    func notice(ofOthers others: [RetentionCandidate]) -> String? {
        guard !others.isEmpty else { return nil }
        let names = Set(others.map(\.databaseName)).sorted()
        let list = names.prefix(3).map(Self.shown).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
        let what =
            others.count == 1
            ? "1 backup of another database (\(list)) is" : "\(others.count) backups of other databases (\(list)) are"
        return "Of the folder \(keys.prefix), \(what) not counted here. Set BACKUP_FILE_PREFIX to a folder of its own "
            + "for each database."
    }

    /// Names of others may be of any length, with any sign in them.
    static func shown(_ name: String) -> String {
        let scalars = name.unicodeScalars.prefix(63).map { scalar in
            scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? " " : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}

extension RetentionCandidate {
    /// What stands for the number of a server that did not tell it.
    static let unknownServer = "an unknown server"

    /// The database's name, out of ``source``.
    var databaseName: String {
        let unknown = " on \(Self.unknownServer)"
        if source.utf8.count > unknown.utf8.count, source.hasSuffix(unknown) {
            return String(decoding: source.utf8.dropLast(unknown.utf8.count), as: UTF8.self)
        }
        guard let space = source.utf8.lastIndex(of: 0x20) else { return source }
        let name = source.utf8[..<space]
        guard name.suffix(3).elementsEqual(" on".utf8) else { return source }
        return String(decoding: name.dropLast(3), as: UTF8.self)
    }
}
