import FoundationEssentials
import GroundworkCore
import Logging

/// The server of a drill.
struct DrillServer: Sendable {
    /// Any of its databases.
    var url: DatabaseURL
    var isThrowAway: Bool
}

extension PostgresBackup {
    static let drillClusterPrefix = "groundwork-drill-"
    private static let drillDatabasePrefix = "groundwork_drill_"

    /// Calls `body` with a server to restore on; what was made for it is gone when `body` has ended, however it ended.
    func withDrillServer<Result: Sendable>(
        _ manifest: BackupManifest,
        _ options: DrillOptions,
        _ body: (DrillServer) async throws -> Result
    ) async throws -> Result {
        switch options.place.base {
        case .server(let url):
            return try await body(DrillServer(url: url, isThrowAway: false))
        case .throwAwayCluster:
            let cluster = try await ScratchCluster.start(try await drillCluster(manifest, options))
            do {
                let result = try await body(DrillServer(url: cluster.socketURL("postgres"), isThrowAway: true))
                await cluster.stop()
                return result
            } catch {
                await cluster.stop()
                throw error
            }
        }
    }

    private func drillCluster(_ manifest: BackupManifest, _ options: DrillOptions) async throws
        -> ScratchCluster.Configuration
    {
        let source = PostgresVersion(number: manifest.source.versionNumber)
        let chosen = try await drillPrograms(for: max(source, manifest.toolVersion))
        if options.checksFreeSpace {
            let size = max(manifest.source.databaseSize ?? 0, manifest.archive.length)
            try Self.checkFreeSpace(at: options.clusterDirectory, for: size)
        }
        var cluster = ScratchCluster.Configuration(directoryPrefix: Self.drillClusterPrefix)
        cluster.binaries = chosen.directory
        cluster.base = options.clusterDirectory
        cluster.settings = [
            "shared_buffers": "128MB", "maintenance_work_mem": "256MB", "max_wal_size": "1GB", "autovacuum": "off",
            "checkpoint_timeout": "30min", "max_connections": "20",
        ]
        cluster.settings.merge(options.clusterSettings) { $1 }
        return cluster
    }

    /// The programs of the lowest version that will do for a throw-away cluster.
    func drillPrograms(for needed: PostgresVersion) async throws -> ClientPrograms {
        let fitting = try await findClientPrograms().filter {
            ServerPrograms.areComplete(in: $0.directory) && $0.version.branch >= needed.branch
        }
        if let chosen = fitting.min(by: { ($0.version.branch, $1.version) < ($1.version.branch, $0.version) }) {
            return chosen
        }
        throw PGBackupError(
            .toolMissing,
            "A throw-away cluster needs the server's programs (initdb, pg_ctl, postgres) of version \(needed.majorText) or "
                + "newer beside pg_restore, and none were found. Install the package postgresql-\(needed.majorText) "
                + "(Debian and Ubuntu), or give the drill a server with DRILL_DATABASE_URL."
        )
    }

    /// The database, a fifth more for what sorting needs, and the write-ahead log.
    static func spaceNeeded(for size: Int64) -> Int64 { FreeSpace.needed(for: size, more: size / 5) }

    static func checkFreeSpace(at path: String, for size: Int64) throws {
        let free = try FreeSpace.bytes(at: path)
        let needed = spaceNeeded(for: size)
        guard free < needed else { return }
        throw PGBackupError(
            .noSpace,
            "A throw-away cluster for a database of \(ByteText.of(size)) needs about \(ByteText.of(needed)) "
                + "in \(path), and \(ByteText.of(free)) are free. Make room, choose another clusterDirectory, or give the "
                + "drill a server with DRILL_DATABASE_URL."
        )
    }

    /// A name that tells its age, and that nobody else has.
    func drillDatabaseName() -> String {
        let time = UTCDateTime(configuration.time.now).basicISO8601.lowercasedASCII()
        return "\(Self.drillDatabasePrefix)\(time)_\(Hex.encode(configuration.random.bytes(6)))"
    }

    /// Drops the databases of drills that were killed: those that are older than an hour by their names, that nobody is
    /// connected to, and that no session claims (``claiming(_:_:_:)``).
    func dropAbandonedDrills(_ session: ServerSession) async throws {
        let output = try await session.psql.run(
            """
            SELECT d.datname FROM pg_catalog.pg_database d WHERE d.datname LIKE 'groundwork\\_drill\\_%' AND NOT EXISTS
            (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid OR a.application_name = d.datname);

            """
        )
        let border = configuration.time.now.addingTimeInterval(-3600)
        for line in output.split(separator: "\n") {
            let name = String(line)
            guard let date = Self.date(ofDrillDatabase: name), date < border else { continue }
            do {
                try await drop(name, session, endsSessions: false)
                logger.notice("Dropped the database that a killed drill left", metadata: ["database": "\(name)"])
            } catch {
                try Task.checkCancellation()
                logger.warning("A drill's database could not be dropped", metadata: ["database": "\(name)"])
            }
        }
    }

    /// When a drill's database was made; nil for any other name.
    static func date(ofDrillDatabase name: String) -> Date? {
        guard name.hasPrefix(drillDatabasePrefix) else { return nil }
        let parts = name.dropFirst(drillDatabasePrefix.count).split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 16, parts[1].utf8.count == 12, Hex.decode(parts[1]) != nil else {
            return nil
        }
        return UTCDateTime(iso8601: parts[0].uppercased()[...])?.date
    }
}
