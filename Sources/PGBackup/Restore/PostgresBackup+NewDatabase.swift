import GroundworkCore
import Logging

/// The making and dropping of databases of our own.
extension PostgresBackup {
    /// How long the server may take for one of these statements.
    private static let statementTime = Duration.seconds(300)
    /// How much longer a silent server is waited for.
    private static let silence = Duration.seconds(30)

    /// Creates a database.
    func create(_ statement: String, _ session: ServerSession) async throws {
        try await carryThrough(statement, "CREATE DATABASE", session)
    }

    /// Drops a database; none is fine.
    /// - Parameter endsSessions: whether everybody in it is put out, as far as the server's version can; else it stays when
    ///   somebody is in it.
    func drop(_ name: String, _ session: ServerSession, endsSessions: Bool = true) async throws {
        let force = endsSessions && session.facts.version.major >= 13 ? " WITH (FORCE)" : ""
        try await carryThrough(
            "DROP DATABASE IF EXISTS \(SQL.identifier(name))\(force);\n",
            "DROP DATABASE",
            session
        )
    }

    /// Drops the new database of something that failed or was cancelled.
    /// - Returns: what is to be thrown: the failure, or, where the database is left, one that says so.
    func dropping(_ name: String, _ session: ServerSession, after failure: any Error) async -> any Error {
        do {
            try await drop(name, session)
            return failure
        } catch {
            return leaving(name, session, after: failure, because: error)
        }
    }

    /// The failure of something whose new database could not be dropped.
    func leaving(
        _ name: String,
        _ session: ServerSession,
        after failure: any Error,
        because error: any Error
    ) -> PGBackupError {
        logger.error(
            "A new database could not be dropped after a failure",
            metadata: ["database": "\(name)", "error": "\(error)"]
        )
        let isEnded = Task.isCancelled || failure is CancellationError
        let cause =
            isEnded
            ? PGBackupError(.interrupted, "The restore was ended before it was done.")
            : describe(failure, doing: "restore")
        return cause.leaving(
            "The database \(name) at \(session.connection.url) could not be dropped and may still be there: drop it by hand. "
                + "(\(error))"
        )
    }

    /// Runs a statement that is not to be left half-way: a server goes on when its client is gone. So it is not cancelled,
    /// and has a time limit on the server's side and on ours.
    private func carryThrough(_ statement: String, _ name: String, _ session: ServerSession) async throws {
        let (time, limit) = (configuration.time, Self.statementTime)
        let tooLong = PGBackupError(.timedOut, "\(name) took longer than \(Int(limit.seconds)) seconds.")
        do {
            _ = try await shielded {
                try await withDeadline(time.monotonic.advanced(by: limit + Self.silence), time: time) {
                    try await session.psql.run("SET statement_timeout = '\(Int(limit.seconds))s';\n\(statement)")
                }
            }
        } catch is DeadlineExceeded {
            throw tooLong
        } catch let error as PGBackupError where error.toolOutput?.contains("57014") == true {
            throw tooLong
        }
    }
}
