import GroundworkCore

extension PostgresBackup {
    /// Looks whether a server can take a backup: extensions, roles, room, version, locale and rights. Nothing is created or
    /// changed. ``restore(_:into:options:progress:)`` does the same first, and ends there when something fatal is found.
    /// - Parameters:
    ///   - id: the backup.
    ///   - target: where it would be restored to.
    ///   - options: how it would be restored.
    /// - Throws: ``PGBackupError`` when the server or the store cannot be asked, or the target's name is taken;
    ///   `CancellationError`.
    public func preflight(
        _ id: BackupID,
        into target: RestoreTarget,
        options: RestoreOptions = RestoreOptions()
    ) async throws -> RestorePreflight {
        try await operation("preflight of \(id)") {
            let manifest = try await readManifest(id).get()
            switch target.base {
            case .new(let name, let server):
                let session = try await openAnyDatabase(
                    of: server ?? configuration.database,
                    minimum: manifest.toolVersion
                )
                defer { session.connection.end() }
                try await checkName(name, isFreeOn: session)
                return try await preflight(manifest, session, isNew: true, options)
            case .existing(let url, _):
                let session = try await open(url, minimum: manifest.toolVersion)
                defer { session.connection.end() }
                return try await preflight(manifest, session, isNew: false, options)
            }
        }
    }

    func preflight(
        _ manifest: BackupManifest,
        _ session: ServerSession,
        isNew: Bool,
        _ options: RestoreOptions
    ) async throws -> RestorePreflight {
        let locales = [manifest.source.collation, manifest.source.characterType]
        let offer = try await limited("questions for what it offers", toServer: session.connection.url) {
            try await ServerOffer.read(by: session.psql, session.facts, locales: locales)
        }
        let needs = RestorePreflight.isInDoubt(manifest, offer) ? try await archiveNeeds(manifest) : nil
        return RestorePreflight.look(manifest, offer, needs: needs, isNew: isNew, options)
    }

    /// The preflight of a restore.
    /// - Returns: what is not ideal, in full sentences.
    /// - Throws: ``PGBackupError`` for what would make the restore fail.
    func passPreflight(
        _ manifest: BackupManifest,
        _ session: ServerSession,
        isNew: Bool,
        _ options: RestoreOptions
    ) async throws -> [String] {
        guard !options.skipsPreflight else { return [] }
        let preflight = try await preflight(manifest, session, isNew: isNew, options)
        guard let error = preflight.error else { return preflight.warnings }
        guard options.triesDespiteProblems else { throw error }
        return preflight.problems.filter { $0.severity == .fatal }.map(\.message) + preflight.warnings
    }

    /// - Throws: ``PGBackupError`` for a name that a new database cannot have.
    func checkName(_ name: String, isFreeOn session: ServerSession) async throws {
        if let problem = SQL.problem(withDatabaseName: name) {
            throw PGBackupError(.invalidConfiguration, "The name of the new database \(problem). Choose another.")
        }
        let server = session.connection.url
        let existing = try await limited("question for the databases", toServer: server) {
            try await session.psql.run(
                "SELECT count(*) FROM pg_catalog.pg_database WHERE datname = \(SQL.literal(name));\n"
            )
        }
        guard existing.trimmingASCIIWhitespace() == "0" else {
            throw PGBackupError(
                .databaseExists,
                "There is a database \(name) at \(server) already, and a restore does not touch it. Choose another name, drop "
                    + "that database, or restore into it with existingDatabase and a confirmation."
            )
        }
    }

    /// What the archive needs; nil when its table of contents cannot be read. A damaged one is found by the restore.
    private func archiveNeeds(_ manifest: BackupManifest) async throws -> ArchiveNeeds? {
        do {
            return ArchiveNeeds(try await archiveEntries(manifest))
        } catch let error as PGBackupError where [.unsupportedManifest, .dataCorrupted].contains(error.code) {
            return nil
        }
    }
}
