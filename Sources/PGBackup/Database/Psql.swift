import GroundworkCore

/// Runs SQL by psql, one session a call.
struct Psql: Sendable {
    let executable: String
    let connection: Connection

    /// Runs a script and gives what it printed, unaligned and without headers.
    /// - Parameters:
    ///   - stopsAtError: whether the first error ends the script and is thrown.
    ///   - limit: the most bytes of output accepted.
    func run(_ script: String, stopsAtError: Bool = true, limit: Int = 1 << 20) async throws -> String {
        let command = ToolCommand(
            executable,
            [
                "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--no-password",
                "--variable=ON_ERROR_STOP=\(stopsAtError ? 1 : 0)", "--variable=VERBOSITY=verbose", "--file=-",
                "--dbname=\(connection.connectionString)",
            ],
            environment: connection.environment
        )
        let result = try await command.run(input: Array(script.utf8), limit: limit)
        guard result.exit.isSuccess else { throw ToolFailure.error(for: command, result, connection: connection) }
        return result.outputText
    }
}
