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
        var command = ToolCommand(
            executable,
            [
                "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--no-password",
                "--variable=ON_ERROR_STOP=\(stopsAtError ? 1 : 0)", "--variable=VERBOSITY=verbose", "--file=-",
                "--dbname=\(connection.connectionString)",
            ],
            environment: connection.environment
        )
        command.input = .pipe
        command.output = .pipe
        return try await withToolProcess(command) { psql in
            // The script is far smaller than the pipe, so it is written before the first answer is read.
            // A psql that cannot connect does not read it: its exit status tells.
            try? await psql.input?.write(Array(script.utf8))
            try? await psql.input?.finish()
            var output: [UInt8] = []
            while let chunk = try await psql.output?.next() {
                output += chunk
                guard output.count <= limit else {
                    throw PGBackupError(.toolFailed, "psql printed more than \(limit) bytes; that was not asked for.")
                }
            }
            let exit = await psql.exit()
            try Task.checkCancellation()
            guard exit.isSuccess else { throw ToolFailure.error(for: psql, exit, connection: connection) }
            return String(decoding: output, as: UTF8.self)
        }
    }
}
