import GroundworkCore

extension PostgresBackup {
    /// The server's programs of this machine that would make a throw-away cluster for drills of this database.
    ///
    /// The database's server is asked for its version: the programs must be of it or newer, and no older than the pg_dump
    /// that is chosen for it. Whether there is room for the database is looked at by each drill, before it begins.
    /// - Returns: the programs of the lowest version that will do.
    /// - Throws: ``PGBackupError``: ``PGBackupError/Code/toolMissing`` names the package that is missing, and others tell why
    ///   the server was not asked; `CancellationError`.
    public func drillServerPrograms() async throws -> ClientPrograms {
        try configuration.check()
        return try await operation("look for a drill's programs") {
            let session = try await open(configuration.database)
            defer { session.connection.end() }
            return try await drillPrograms(for: max(session.facts.version, session.toolchain.chosen.version))
        }
    }
}
