import GroundworkCore

/// A session that shows others that the database of a drill is in use, for as long as the drill takes.
///
/// Between its steps nobody is connected to that database, and a drill of a large one takes hours. So a psql holds a session
/// whose application name is the database's name, which every user of the server sees in `pg_stat_activity`. When this
/// process is killed, psql ends with it, and the server ends the session.
extension PostgresBackup {
    private static let claimTime = Duration.seconds(30)

    /// Calls `body` while such a session is held.
    /// - Parameter body: gets what is to be told where no session could be had.
    func claiming<Result: Sendable>(
        _ database: String,
        _ session: ServerSession,
        _ body: (_ note: String?) async throws -> Result
    ) async throws -> Result {
        var command = session.command(
            session.toolchain.chosen.psql,
            ["-XqAt", "--variable=ON_ERROR_STOP=1", "--file=-"]
        )
        command.input = .pipe
        command.output = .pipe
        return try await withToolProcess(command) { process in
            let isHeld = try await claim(database, process)
            return try await body(
                isHeld
                    ? nil
                    : "No session could be held for the drill: had it taken longer than an hour, another drill could have "
                        + "dropped its database."
            )
        }
    }

    /// - Returns: whether the session is there.
    private func claim(_ database: String, _ process: ToolProcess) async throws -> Bool {
        let script = """
            SELECT count(set_config(name, '0', false)) FROM pg_catalog.pg_settings
            WHERE name IN ('idle_session_timeout', 'statement_timeout');
            SELECT pg_catalog.set_config('application_name', \(SQL.literal(database)), false);

            """
        let time = configuration.time
        do {
            return try await withDeadline(time.monotonic.advanced(by: Self.claimTime), time: time) {
                try await process.input?.write(Array(script.utf8))
                var output: [UInt8] = []
                while output.count < 4096, let chunk = try await process.output?.next() {
                    output += chunk
                    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
                    if lines.contains(where: { $0 == database }) { return true }
                }
                return false
            }
        } catch is DeadlineExceeded {
            return false
        } catch is SystemCallError {
            return false
        }
    }
}
