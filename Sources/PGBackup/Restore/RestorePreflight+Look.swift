extension RestorePreflight {
    /// Compares what a backup needs with what a server offers: a pure function.
    /// - Parameters:
    ///   - needs: what the archive itself needs; nil where it was not read.
    ///   - isNew: whether the database is created for it.
    static func look(
        _ manifest: BackupManifest,
        _ offer: ServerOffer,
        needs: ArchiveNeeds?,
        isNew: Bool,
        _ options: RestoreOptions
    ) -> RestorePreflight {
        var problems = serverProblems(manifest, offer, isNew: isNew)
        if isNew { problems += localeProblems(manifest, offer, options) }
        if let server = manifest.server {
            problems += extensionProblems(server, offer, needs)
            if !(isNew && options.createsRoles) { problems += roleProblems(server, offer, needs, options) }
        } else {
            problems.append(
                RestoreProblem(
                    .needsUnknown,
                    .note,
                    "The manifest does not tell which extensions and roles the database needs; they were not checked."
                )
            )
        }
        return RestorePreflight(problems + [spaceProblem(manifest, offer, isNew: isNew)].compactMap(\.self))
    }

    /// What the manifest says is missing here: then the archive is looked into before it is believed.
    static func isInDoubt(_ manifest: BackupManifest, _ offer: ServerOffer) -> Bool {
        guard let server = manifest.server else { return false }
        return server.extensions.contains { offer.extensions[$0.name] == nil }
            || server.roles.contains { !offer.roles.contains($0) }
    }

    private static func serverProblems(
        _ manifest: BackupManifest,
        _ offer: ServerOffer,
        isNew: Bool
    ) -> [RestoreProblem] {
        var problems: [RestoreProblem] = []
        if offer.isStandby {
            problems.append(
                RestoreProblem(.readOnlyServer, .fatal, "The server is a standby. Restore on its primary.")
            )
        }
        if isNew, !offer.mayCreateDatabases {
            problems.append(
                RestoreProblem(
                    .mayNotCreateDatabases,
                    .fatal,
                    "The user may not create databases. Let a superuser run ALTER ROLE … CREATEDB, or use another role."
                )
            )
        }
        let source = PostgresVersion(number: manifest.source.versionNumber)
        if offer.version.branch < source.branch {
            problems.append(
                RestoreProblem(
                    .olderServer,
                    .warning,
                    [offer.version.majorText],
                    "The backup is of PostgreSQL \(manifest.source.version) and the server is the older \(offer.version): what it "
                        + "does not know makes the restore fail. A server of version \(source.majorText) is safe."
                )
            )
        }
        return problems
    }

    private static func localeProblems(
        _ manifest: BackupManifest,
        _ offer: ServerOffer,
        _ options: RestoreOptions
    ) -> [RestoreProblem] {
        guard options.replacementLocale == nil, !options.usesServerLocale else { return [] }
        var problems: [RestoreProblem] = []
        let source = manifest.source
        let missing = NameList([source.collation, source.characterType].filter(offer.unknownLocales.contains))
        if !missing.isEmpty {
            problems.append(
                RestoreProblem(
                    .localeMissing,
                    .fatal,
                    missing.names,
                    "The server does not know the locale \(missing) of the database. Install it there (locale-gen) and restart "
                        + "the server, or set usesServerLocale: text is then sorted as that server does."
                )
            )
        }
        let major = offer.version.major
        switch source.localeProvider {
        case "icu" where major >= 15 && !offer.knowsICU:
            problems.append(
                RestoreProblem(
                    .localeProvider,
                    .fatal,
                    ["icu"],
                    "The database sorts text by ICU, which the server is built without. Restore on another, or set "
                        + "usesServerLocale."
                )
            )
        case "icu" where major < 15, "builtin" where major < 17:
            problems.append(
                RestoreProblem(
                    .localeProvider,
                    .warning,
                    [source.localeProvider],
                    "The database takes its locale from the provider \(source.localeProvider), which PostgreSQL "
                        + "\(offer.version.majorText) does not have for databases: text is sorted by the operating system's "
                        + "\(source.collation) instead."
                )
            )
        default: break
        }
        return problems
    }

    private static func extensionProblems(
        _ server: BackupManifest.Server,
        _ offer: ServerOffer,
        _ needs: ArchiveNeeds?
    ) -> [RestoreProblem] {
        var problems: [RestoreProblem] = []
        func add(
            _ kind: RestoreProblem.Kind,
            _ severity: RestoreProblem.Severity,
            _ names: [String],
            _ message: (NameList) -> String
        ) {
            let list = NameList(names)
            if !list.isEmpty { problems.append(RestoreProblem(kind, severity, list.names, message(list))) }
        }
        let needed = server.extensions.filter { needs?.needs(extension: $0.name) ?? true }
        add(.extensionMissing, .fatal, needed.map(\.name).filter { offer.extensions[$0] == nil }) {
            "The server lacks the extensions \($0) (pg_available_extensions). Install their packages there, or restore on a "
                + "server that has them."
        }
        add(
            .extensionRights,
            .warning,
            offer.isSuperuser
                ? [] : needed.map(\.name).filter { $0 != "plpgsql" && offer.untrustedExtensions.contains($0) }
        ) {
            "Only a superuser may create the extensions \($0), unless the service makes an exception: if the restore fails, "
                + "use such a role."
        }
        let versions = needed.filter {
            offer.extensions[$0.name].map { [version = $0.version] in $0 != version } ?? false
        }
        add(.extensionVersion, .note, versions.map(\.name)) {
            "The server has other versions of the extensions \($0) than the source had."
        }
        let loaded = ServerOffer.names(in: server.settings["shared_preload_libraries"] ?? "")
        if let here = offer.libraries {
            let installed = Set(needed.map(\.name))
            add(.libraryMissing, .warning, loaded.filter { installed.contains($0) && !here.contains($0) }) {
                "The source's server loads the libraries \($0) at its start and this one does not: add them to "
                    + "shared_preload_libraries, if the extensions of these names need it."
            }
        }
        return problems
    }

    private static func roleProblems(
        _ server: BackupManifest.Server,
        _ offer: ServerOffer,
        _ needs: ArchiveNeeds?,
        _ options: RestoreOptions
    ) -> [RestoreProblem] {
        // Without a look into the archive, nobody knows what a restore without owners or rights needs.
        let whole = options.restoresOwners && options.restoresPrivileges
        let missing = NameList(
            server.roles.filter { !offer.roles.contains($0) && (needs?.needs(role: $0, options) ?? whole) }
        )
        guard !missing.isEmpty else { return [] }
        return [
            RestoreProblem(
                .roleMissing,
                .fatal,
                missing.names,
                "The server lacks the roles \(missing), which own something in the backup or have rights in it. Create them "
                    + "first, set createsRoles, or switch off restoresOwners and restoresPrivileges."
            )
        ]
    }

    private static func spaceProblem(
        _ manifest: BackupManifest,
        _ offer: ServerOffer,
        isNew: Bool
    ) -> RestoreProblem? {
        let size = max(0, manifest.source.databaseSize ?? manifest.archive.length)
        guard let free = offer.freeBytes else {
            return RestoreProblem(
                .spaceUnknown,
                .note,
                "How much room the server has cannot be seen from here; the database needs about \(ByteText.of(size))."
            )
        }
        let facts = "The database had \(ByteText.of(size)), and \(ByteText.of(free)) are free on the server's disk."
        // An existing database may give room when its objects are dropped.
        if free < size, isNew {
            return RestoreProblem(.noSpace, .fatal, "\(facts) Make room, or restore on another server.")
        }
        guard free < PostgresBackup.spaceNeeded(for: size) else { return nil }
        return RestoreProblem(.noSpace, .warning, "\(facts) Building its indexes may take more: make room if it fails.")
    }
}

/// Names in a sentence: all of them up to ten.
private struct NameList: CustomStringConvertible {
    private static let shown = 10
    var names: [String] = []

    /// In order, without those that come again.
    init(_ names: [String]) {
        var seen: Set<String> = []
        self.names = names.filter { seen.insert($0).inserted }
    }

    var isEmpty: Bool { names.isEmpty }

    var description: String {
        let more = names.count - Self.shown
        return names.prefix(Self.shown).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}
