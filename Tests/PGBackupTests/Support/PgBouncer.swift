import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkTesting
import PGBackupTesting
@testable import PGBackup

/// Runs PgBouncer of Debian before a cluster, on a free port of the loopback, as a user without rights, and calls `body`
/// with the URL of a database through it.
/// - Parameters:
///   - mode: `session`, `transaction` or `statement`.
///   - alias: the name that it has for the database; nil for the database's own.
///   - sessions: how many sessions of the server it has for all clients together.
func withPgBouncer<Result: Sendable>(
    _ cluster: PostgresCluster,
    _ database: String,
    mode: String,
    alias: String? = nil,
    sessions: Int = 5,
    _ body: @Sendable (DatabaseURL) async throws -> Result
) async throws -> Result {
    try await withTemporaryDirectory { directory in
        let port = try ServerPrograms.freePort()
        let server =
            "host=127.0.0.1 port=\(cluster.port) user=\(cluster.user) password=\(cluster.password.withValue { $0 })"
        let configuration = """
            [databases]
            \(alias.map { "\($0) = dbname=\(database) \(server)" } ?? "")
            * = \(server)
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir =
            auth_type = any
            pool_mode = \(mode)
            default_pool_size = \(sessions)

            """
        let path = "\(directory)/pgbouncer.ini"
        try OpenFile(path, flags: OpenFile.writeCreate).write(Array(configuration.utf8), at: 0)
        var command = ToolCommand("/usr/sbin/pgbouncer", [path], environment: ["LC_ALL": "C.UTF-8"])
        if getuid() == 0 {
            // It refuses root.
            chmod(directory, 0o755)
            chmod(path, 0o644)
            let account = try ServerAccount.unprivileged()
            command = command.run(asUser: account.userID, group: account.groupID)
        }
        return try await withToolProcess(command) { bouncer in
            var url = cluster.url(alias ?? database)
            url.hosts = [.init("127.0.0.1", port: port)]
            url.user = cluster.user
            let through = url
            let backups = backup(of: through, to: InMemoryObjectStore())
            guard
                try await eventually({
                    guard let session = try? await backups.open(through) else { return false }
                    session.connection.end()
                    return true
                })
            else { throw PGBackupError(.connectionFailed, "PgBouncer does not answer: \(bouncer.errorText)") }
            return try await body(through)
        }
    }
}

/// How many advisory locks are held in a database.
func advisoryLocks(_ cluster: PostgresCluster, _ database: String) async throws -> Int {
    let text = try await cluster.run(
        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
            + "WHERE locktype = 'advisory' AND granted AND datname = '\(database)';\n",
        in: "postgres"
    )
    return Int(text.trimmingASCIIWhitespace()) ?? -1
}
