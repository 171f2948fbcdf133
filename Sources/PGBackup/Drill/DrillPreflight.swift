import GroundworkCore

/// What the server of a drill lacks: found before the restore and told, never hidden.
struct DrillPreflight: Sendable {
    /// Extensions that the backup has and the server does not offer.
    var missingExtensions: [String] = []
    /// Roles that the backup needs and the server does not have.
    var missingRoles: [String] = []
    /// In full sentences.
    var notes: [String] = []

    static func look(
        _ manifest: BackupManifest,
        roles: Set<String>,
        offered: [String: String]
    ) -> DrillPreflight {
        var preflight = DrillPreflight()
        guard let server = manifest.server else {
            preflight.notes.append(
                "The manifest does not tell which extensions and roles the database needs; owners and rights were left out."
            )
            return preflight
        }
        for item in server.extensions {
            guard let version = offered[item.name] else {
                preflight.missingExtensions.append(item.name)
                continue
            }
            if version != item.version {
                preflight.notes.append(
                    "The extension \(item.name) is of version \(version) here, and of \(item.version) in the source."
                )
            }
        }
        preflight.missingRoles = server.roles.filter { !roles.contains($0) }
        if !preflight.missingExtensions.isEmpty {
            preflight.notes.append(
                "The server of the drill lacks the extensions \(preflight.missingExtensions.joined(separator: ", ")): the "
                    + "backup was restored without them."
            )
        }
        return preflight
    }

    /// The extensions that a server offers, with their default versions.
    static func offeredExtensions(_ psql: Psql) async throws -> [String: String] {
        let output = try await psql.run(
            """
            SELECT encode(convert_to(name, 'UTF8'), 'hex') || '|' || encode(convert_to(default_version, 'UTF8'), 'hex')
            FROM pg_catalog.pg_available_extensions;

            """,
            limit: 4 << 20
        )
        var offered: [String: String] = [:]
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: "|").compactMap { Hex.decode($0) }.map {
                String(decoding: $0, as: UTF8.self)
            }
            if parts.count == 2 { offered[parts[0]] = parts[1] }
        }
        return offered
    }

    /// A list for `pg_restore --use-list`: all entries of the archive but those of extensions that are missing.
    static func list(of entries: [ArchiveEntry], without extensions: [String]) -> String {
        let names = Set(extensions)
        let comments = Set(extensions.map { "EXTENSION \($0)" } + extensions.map { "EXTENSION \(SQL.identifier($0))" })
        return entries.filter { entry in
            !(entry.kind == "EXTENSION" && names.contains(entry.name))
                && !(entry.kind == "COMMENT" && comments.contains(entry.name))
        }
        .map { "\($0.id);\n" }.joined()
    }
}

extension PostgresBackup {
    /// The table of contents of a backup's archive: only its first bytes are read.
    func archiveEntries(_ manifest: BackupManifest) async throws -> [ArchiveEntry] {
        let silent = ProgressReporter(nil, time: configuration.time)
        let source = try ArchiveSource(manifest, key: keys.manifest(manifest.id), store: store, progress: silent)
        let reader = try ArchiveReader()
        while let piece = try await source.next() {
            _ = reader.feed(piece)
            if let index = reader.index { return index.entries }
        }
        guard case .opaque(let fault) = reader.finish() else { return [] }
        throw PGBackupError(
            .unsupportedManifest,
            "The archive of \(manifest.id) has a format that is not known: \(fault)"
        )
    }
}
