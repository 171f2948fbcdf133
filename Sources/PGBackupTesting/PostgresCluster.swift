public import GroundworkCore
public import PGBackup

/// A throw-away PostgreSQL server for tests and demonstrations: made by `initdb` in a temporary directory, reachable on a
/// free port of the loopback and on a Unix socket, with passwords on (SCRAM) and everything off that makes data durable.
///
/// Run as root it uses the user `postgres`, because the server refuses root. Clusters that a killed process left behind
/// are stopped and removed at the next start.
///
///     let cluster = try await PostgresCluster.start()
///     let url = try await cluster.createDatabase("shop")
///     …
///     await cluster.stop()
public final class PostgresCluster: Sendable {
    /// How a cluster is made.
    public struct Configuration: Sendable {
        /// The directory with `initdb`, `postgres` and `pg_ctl`; nil for the newest that is installed.
        public var binaries: String?
        /// Where its directory is made. The path of a socket may have 107 bytes only, so this is not `TMPDIR`.
        public var base: String = "/tmp"
        /// Settings of `postgresql.conf` beyond those that make it fast and small.
        public var settings: [String: String] = [:]
        /// Whether it offers TLS, with a throw-away certificate for `localhost` that no client trusts by itself. Needs
        /// the program `openssl`.
        public var offersTLS = false
        /// How long starting may take.
        public var startTimeout: Duration = .seconds(60)

        /// The defaults.
        public init() {}
    }

    private static let directoryPrefix = "groundwork-postgres-"

    /// The name of the superuser.
    public let user = ScratchCluster.user
    /// The superuser's password.
    public var password: Secret<String> { cluster.password }
    /// The port on 127.0.0.1.
    public var port: UInt16 { cluster.port }
    /// The directory of the Unix socket.
    public var socketDirectory: String { cluster.socketDirectory }
    /// The directory of the server's programs.
    public var binaries: String { cluster.binaries }
    /// The process id of the server.
    public var processID: Int32 { cluster.processID }

    private let cluster: ScratchCluster

    private init(_ cluster: ScratchCluster) { self.cluster = cluster }

    /// Makes and starts a cluster.
    /// - Throws: `PGBackupError` that names what is missing, `CancellationError`.
    public static func start(_ configuration: Configuration = Configuration()) async throws -> PostgresCluster {
        var scratch = ScratchCluster.Configuration(directoryPrefix: directoryPrefix)
        scratch.binaries = configuration.binaries
        scratch.base = configuration.base
        scratch.settings = configuration.settings
        scratch.listensOnLoopback = true
        scratch.offersTLS = configuration.offersTLS
        scratch.startTimeout = configuration.startTimeout
        return PostgresCluster(try await ScratchCluster.start(scratch))
    }

    /// The URL of one of its databases over TCP, with the superuser.
    public func url(_ database: String) -> DatabaseURL {
        var url = DatabaseURL()
        url.hosts = [.init("127.0.0.1", port: port)]
        url.user = user
        url.password = password
        url.database = database
        url.parameters = ["sslmode": "disable"]
        return url
    }

    /// The URL of one of its databases over the Unix socket, with the superuser.
    public func socketURL(_ database: String) -> DatabaseURL {
        var url = url(database)
        url.hosts = [.init(socketDirectory, port: port)]
        return url
    }

    /// Runs a script in a database by psql, and returns what it printed, unaligned.
    /// - Throws: `PGBackupError` when a statement fails.
    @discardableResult
    public func run(_ script: String, in database: String) async throws -> String {
        let command = ToolCommand(
            "\(binaries)/psql",
            ["-XqAt", "--no-password", "--variable=ON_ERROR_STOP=1", "--file=-"],
            environment: environment(database)
        )
        let result = try await command.run(input: Array(script.utf8), limit: 64 << 20)
        guard result.exit.isSuccess else {
            throw PGBackupError(.toolFailed, "psql failed (\(result.exit)).", toolOutput: result.errorText)
        }
        return result.outputText
    }

    /// Creates an empty database.
    /// - Returns: its URL.
    @discardableResult
    public func createDatabase(_ name: String) async throws -> DatabaseURL {
        try await run("CREATE DATABASE \(quoted(name)) TEMPLATE template0;\n", in: "postgres")
        return url(name)
    }

    /// Drops a database, with everybody in it.
    public func dropDatabase(_ name: String) async throws {
        try await run("DROP DATABASE IF EXISTS \(quoted(name)) WITH (FORCE);\n", in: "postgres")
    }

    /// The names of its databases, without the templates.
    public func databases() async throws -> [String] {
        try await run("SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1;\n", in: "postgres")
            .split(separator: "\n").map(String.init)
    }

    /// How many rows each table of a database has, by `schema.table`.
    public func rowCounts(of database: String) async throws -> [String: Int] {
        let output = try await run(
            """
            SELECT format('SELECT %L, count(*) FROM %I.%I', schemaname || '.' || tablename, schemaname, tablename)
            FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 \\gexec

            """,
            in: database
        )
        var counts: [String: Int] = [:]
        for line in output.split(separator: "\n") {
            guard let bar = line.lastIndex(of: "|"), let count = Int(line[line.index(after: bar)...]) else { continue }
            counts[String(line[..<bar])] = count
        }
        return counts
    }

    /// A plain dump of a database by the server's own pg_dump, to compare two databases by. The lines `\restrict` and
    /// `\unrestrict`, which are random, are left out.
    public func plainDump(of database: String) async throws -> String {
        let command = ToolCommand("\(binaries)/pg_dump", ["--no-password"], environment: environment(database))
        let result = try await command.run(limit: 256 << 20)
        guard result.exit.isSuccess else {
            throw PGBackupError(.toolFailed, "pg_dump failed (\(result.exit)).", toolOutput: result.errorText)
        }
        return result.outputText.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("\\restrict") && !$0.hasPrefix("\\unrestrict") }
            .joined(separator: "\n")
    }

    /// Stops the server and removes its directory. A second call does nothing.
    public func stop() async { await cluster.stop() }

    /// Ends the server and all its sessions in order, and starts it again on the same port with the same data.
    /// - Throws: `PGBackupError` when it does not start, `CancellationError`.
    public func restart() async throws { try await cluster.restart() }

    /// Kills the server with all its sessions, as if its machine had failed. ``stop()`` is still needed.
    public func crash() { cluster.crash() }

    private func environment(_ database: String) -> [String: String] {
        [
            "PGHOST": socketDirectory, "PGPORT": "\(port)", "PGUSER": user, "PGDATABASE": database, "LC_ALL": "C.UTF-8",
            "PGPASSFILE": "\(cluster.path)/pgpass",
        ]
    }

    private func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

/// Starts a cluster, calls `body` with it, and stops it however `body` ends.
public func withPostgresCluster<Result>(
    _ configuration: PostgresCluster.Configuration = .init(),
    _ body: (PostgresCluster) async throws -> Result
) async throws -> Result {
    let cluster = try await PostgresCluster.start(configuration)
    do {
        let result = try await body(cluster)
        await cluster.stop()
        return result
    } catch {
        await cluster.stop()
        throw error
    }
}
