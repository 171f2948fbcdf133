import FoundationEssentials
import GroundworkCore
import Logging

/// A server that was asked what it is, with the client programs chosen for it.
struct ServerSession: Sendable {
    let connection: Connection
    let facts: DatabaseFacts
    let toolchain: ToolchainReport
    /// What the database URL and the choice of programs make one say.
    let warnings: [String]

    var psql: Psql { Psql(executable: toolchain.chosen.psql, connection: connection) }

    /// A command of PostgreSQL's that connects to the database.
    func command(_ executable: String, _ arguments: [String]) -> ToolCommand {
        ToolCommand(
            executable,
            arguments + ["--no-password", "--dbname=\(connection.connectionString)"],
            environment: connection.environment
        )
    }
}

extension PostgresBackup {
    /// All client programs of this machine, newest first.
    func findClientPrograms() async throws -> [ClientPrograms] {
        let directories = ClientPrograms.candidateDirectories(
            configured: configuration.clientDirectories,
            path: configuration.searchesSystemDirectories ? configuration.environment["PATH"] : nil,
            system: configuration.searchesSystemDirectories
        )
        let environment = Connection.baseEnvironment(configuration.environment)
        let found = try await ClientPrograms.find(
            in: directories,
            environment: environment,
            time: configuration.time
        )
        guard !found.isEmpty else {
            throw PGBackupError(
                .toolMissing,
                "The PostgreSQL client programs pg_dump, pg_restore and psql were not found. Install the package "
                    + "postgresql-client (Debian and Ubuntu), or name their directory in clientDirectories."
            )
        }
        return found
    }

    /// Connects once, asks everything, and chooses the programs. The caller ends the session's connection.
    /// - Parameter minimum: the oldest programs that will do.
    func open(_ url: DatabaseURL, minimum: PostgresVersion? = nil) async throws -> ServerSession {
        OwnedDirectory.removeAbandoned(in: configuration.temporaryDirectory, prefix: Connection.directoryPrefix) {
            logger.notice("Removed the password file that a killed process left", metadata: ["path": "\($0)"])
        }
        let programs = try await findClientPrograms()
        let connection = try Connection(
            url,
            inherited: configuration.environment,
            temporaryDirectory: configuration.temporaryDirectory,
            connectTimeout: configuration.connectTimeout
        )
        do {
            return try await ask(connection, programs, minimum)
        } catch {
            connection.end()
            throw error
        }
    }

    private func ask(
        _ connection: Connection,
        _ programs: [ClientPrograms],
        _ minimum: PostgresVersion?
    ) async throws -> ServerSession {
        let url = connection.url
        guard let newest = programs.max(by: { $0.version < $1.version }) else {
            throw PGBackupError(.toolMissing, "No PostgreSQL client programs were found.")
        }
        let psql = Psql(executable: newest.psql, connection: connection)
        let facts = try await limited("question for its version", toServer: url) {
            try await DatabaseFacts.read(by: psql)
        }
        let toolchain = try ToolchainReport.choose(from: programs, server: facts.version, minimum: minimum)
        var warnings = url.warnings + toolchain.warnings
        if let hint = url.poolerHint { warnings.append(hint) }
        logger.info("Connected", metadata: ["database": "\(url)", "toolchain": "\(toolchain)"])
        for warning in warnings { logger.warning("\(warning)") }
        return ServerSession(connection: connection, facts: facts, toolchain: toolchain, warnings: warnings)
    }
}
