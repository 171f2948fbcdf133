import GroundworkCore
public import GroundworkStorage
import Logging

/// Several databases, backed up one after the other into one store.
///
/// A single database has the folder of the configuration. Where there are more, each has a folder of its own below it,
/// named after the database, so that each has its own history, retention and health:
///
///     let list = try DatabaseList(parsing: "postgres://backup:secret@db.example.com/*")
///     let fleet = BackupFleet(list, configuration, store: store)
///     for outcome in try await fleet.run() { … }
public struct BackupFleet: Sendable {
    /// The databases.
    public let databases: DatabaseList
    /// How backups are made; its database is not used.
    public let configuration: PostgresBackup.Configuration
    /// Where they are kept.
    public let store: any ObjectStore

    /// What became of one database.
    public struct Outcome: Sendable {
        /// The database.
        public var database: DatabaseURL
        /// The report, or why there is none.
        public var result: Result<BackupReport, PGBackupError>
    }

    /// Joins databases with a store. Nothing is connected to yet.
    public init(_ databases: DatabaseList, _ configuration: PostgresBackup.Configuration, store: any ObjectStore) {
        self.databases = databases
        self.configuration = configuration
        self.store = store
    }

    /// The databases as they are now, each with its folder: a server that is to be backed up as a whole is asked.
    /// - Throws: ``PGBackupError`` when a server cannot be asked, one database is there twice, or none is left;
    ///   `CancellationError`.
    public func backups() async throws -> [PostgresBackup] {
        var urls: [DatabaseURL] = []
        for url in databases.urls {
            urls += DatabaseList.isForAll(url) ? try await all(of: url) : [url]
        }
        guard !urls.isEmpty else {
            throw PGBackupError(
                .invalidConfiguration,
                "There is no database to back up: the role may connect to none of the server, or all are excluded."
            )
        }
        guard Set(urls.map(\.description)).count == urls.count else {
            throw PGBackupError(.invalidConfiguration, "A database is named twice. Name each once.")
        }
        let isAlone = databases.urls.count == 1 && !DatabaseList.isForAll(databases.urls[0])
        return urls.map { backups(of: $0, in: isAlone ? nil : folder(of: $0, among: urls)) }
    }

    /// Where the backups of a database may be, without asking any server: they are needed most when it is gone.
    ///
    /// One that is named once has one folder. Where several servers have a database of that name, or may have it because
    /// all of theirs are backed up, there are more, and `NAME@HOST_PORT`, as the folder is called, says which is meant.
    /// - Parameter name: the database, or `NAME@HOST_PORT`.
    /// - Returns: each possible folder; empty when no URL can mean it.
    public func candidates(named name: String) -> [PostgresBackup] {
        let urls = databases.urls.filter { !DatabaseList.isForAll($0) || !databases.isExcluded(name) }
        let explicit = urls.filter { !DatabaseList.isForAll($0) && ($0.database ?? $0.user ?? "") == name }
        let possible = explicit + urls.filter(DatabaseList.isForAll).map { $0.with(database: name) }
        if databases.urls.count == 1, let only = explicit.first { return [backups(of: only, in: nil)] }
        if possible.count == 1 { return [backups(of: possible[0], in: Self.escaped(name))] }
        if !possible.isEmpty {
            // Only where less than two are certain can the folder be without a host.
            let plain = explicit.count > 1 ? [] : [backups(of: possible[0], in: Self.escaped(name))]
            return plain + possible.map { backups(of: $0, in: Self.escaped(name) + Self.host(of: $0)) }
        }
        let names = name.split(separator: "@", maxSplits: 1).map(String.init)
        guard names.count == 2 else { return [] }
        return candidates(named: names[0]).filter { $0.configuration.prefix.hasSuffix("@\(names[1])") }
    }

    func backups(of url: DatabaseURL, in folder: String?) -> PostgresBackup {
        var configuration = configuration
        configuration.database = url
        if let folder {
            let base = BackupKeys(prefix: configuration.prefix).prefix
            configuration.prefix = base.isEmpty ? folder : "\(base)/\(folder)"
        }
        return PostgresBackup(configuration, store: store)
    }

    static func host(of url: DatabaseURL) -> String {
        "@" + url.hosts.map { escaped("\($0.name)_\($0.port ?? 5432)") }.joined(separator: "+")
    }

    /// Backs up all databases, one after the other. One that fails stops no other.
    /// - Throws: ``PGBackupError`` when the databases cannot be told, `CancellationError`.
    public func run(progress: BackupProgressHandler? = nil) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for backup in try await backups() {
            let database = backup.configuration.database
            do {
                outcomes.append(Outcome(database: database, result: .success(try await backup.run(progress: progress))))
            } catch let error as PGBackupError {
                backup.logger.error("A backup failed", metadata: ["database": "\(database)", "error": "\(error)"])
                outcomes.append(Outcome(database: database, result: .failure(error)))
            }
        }
        return outcomes
    }

    /// All databases of a server that this role may connect to, without templates.
    private func all(of url: DatabaseURL) async throws -> [DatabaseURL] {
        var configuration = configuration
        configuration.database = url.with(database: "postgres")
        let asking = PostgresBackup(configuration, store: store)
        let output = try await asking.operation("question for the databases") {
            let minimum = PostgresVersion(number: 0)
            let session = try await asking.openAnyDatabase(of: asking.configuration.database, minimum: minimum)
            defer { session.connection.end() }
            return try await session.psql.run(
                """
                SELECT encode(convert_to(datname, 'UTF8'), 'hex') FROM pg_catalog.pg_database
                WHERE datallowconn AND NOT datistemplate
                AND pg_catalog.has_database_privilege(oid, 'CONNECT') ORDER BY datname;

                """,
                limit: 16 << 20
            )
        }
        return output.split(separator: "\n").compactMap { Hex.decode($0) }.map { String(decoding: $0, as: UTF8.self) }
            .filter { !databases.isExcluded($0) }.map { url.with(database: $0) }
    }

    /// `NAME`, and `NAME@HOST_PORT` where another server has a database of that name.
    private func folder(of url: DatabaseURL, among all: [DatabaseURL]) -> String {
        func name(_ url: DatabaseURL) -> String { url.database ?? url.user ?? "" }
        let isShared = all.filter { name($0) == name(url) }.count > 1
        return Self.escaped(name(url)) + (isShared ? Self.host(of: url) : "")
    }

    /// Letters, digits and `.`, `_`, `-` stay; anything else is percent-encoded, and so is a name of dots alone.
    static func escaped(_ name: String) -> String {
        let isDots = name.utf8.allSatisfy { $0 == 0x2E }
        return name.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: String(decoding: [byte], as: UTF8.self)
            case 0x2E where !isDots: "."
            default: "%\(Hex.encode([byte]))"
            }
        }
        .joined()
    }
}
