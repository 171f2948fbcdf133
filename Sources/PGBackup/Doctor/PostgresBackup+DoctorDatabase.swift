import GroundworkCore

extension PostgresBackup {
    /// What the server is, what the role may, and whether a drill would find room.
    func doctorOfDatabase(_ options: DoctorOptions) async throws -> [DoctorFinding] {
        let session: ServerSession
        do {
            session = try await open(configuration.database)
        } catch let error as PGBackupError {
            return try await [.init("database", "connection", .failed, error.message)] + doctorOfRestores(options, nil)
        }
        defer { session.connection.end() }
        var findings = [
            DoctorFinding("database", "server", .ok, "PostgreSQL \(session.facts.versionText)."),
            DoctorFinding(
                "programs",
                "chosen",
                session.toolchain.warnings.isEmpty ? .ok : .warning,
                "\(session.toolchain).",
                remedy: session.toolchain.warnings.first
            ),
            session.facts.isStandby
                ? DoctorFinding(
                    "database",
                    "standby",
                    .warning,
                    "This is a standby: recovery may cancel a long dump.",
                    remedy: "Set hot_standby_feedback = on there, or back up the primary."
                ) : DoctorFinding("database", "standby", .ok, "It is no standby."),
        ]
        do {
            let rights = try await limited("question for rights", toServer: configuration.database) {
                try await DoctorRights.read(by: session.psql)
            }
            findings += judge(rights)
        } catch let error as PGBackupError {
            findings.append(.init("rights", "all", .warning, "The rights cannot be asked for: \(error.message)"))
        }
        findings += try await doctorOfLock(session)
        findings.append(space(for: session.facts.size, options))
        return try await findings
            + doctorOfRestores(options, max(session.facts.version, session.toolchain.chosen.version))
    }

    private func judge(_ rights: DoctorRights) -> [DoctorFinding] {
        let mode = configuration.database.parameters["sslmode"] ?? "prefer"
        let isLocal = configuration.database.hosts.allSatisfy {
            $0.name.hasPrefix("/") || ["localhost", "127.0.0.1", "::1"].contains($0.name)
        }
        let verifies = ["verify-ca", "verify-full"].contains(mode)
        var findings: [DoctorFinding] = []
        if let ssl = rights.ssl {
            findings.append(
                .init(
                    "database",
                    "TLS",
                    verifies || isLocal ? .ok : .warning,
                    "\(ssl), sslmode \(mode)\(verifies ? "" : ": the certificate is not checked").",
                    remedy: verifies || isLocal
                        ? nil : "Set sslmode=verify-full and sslrootcert in the URL where your provider has a CA file."
                )
            )
        } else {
            findings.append(
                .init(
                    "database",
                    "TLS",
                    isLocal ? .ok : .warning,
                    "The connection is not encrypted (sslmode \(mode)).",
                    remedy: isLocal ? nil : "Set sslmode=require or better, unless the network is private."
                )
            )
        }
        func lack(_ name: String, _ count: Int?, _ what: String, _ examples: [String], _ remedy: String) {
            guard let count else {
                findings.append(
                    .init("rights", name, .warning, "The server does not say.", remedy: "Watch the first run.")
                )
                return
            }
            let names =
                examples.isEmpty ? "" : ": \(examples.joined(separator: ", "))\(count > examples.count ? ", …" : "")"
            findings.append(
                count == 0
                    ? .init("rights", name, .ok, "Nothing is in the way.")
                    : .init("rights", name, .failed, "\(count) \(what)\(names).", remedy: remedy)
            )
        }
        let read = "GRANT pg_read_all_data TO the role of the URL (PostgreSQL 14 and newer)."
        lack("tables", rights.tableCount, "tables cannot be read", rights.tables, read)
        lack("sequences", rights.sequenceCount, "sequences cannot be read", rights.sequences, read)
        lack(
            "row-level security",
            rights.rowSecurityCount,
            "tables show this role some of their rows only, and pg_dump refuses them",
            rights.rowSecurity,
            "ALTER ROLE … BYPASSRLS, or take the owner of these tables."
        )
        lack(
            "large objects",
            rights.largeObjects,
            "large objects cannot be read; pg_read_all_data does not reach them",
            [],
            "GRANT SELECT ON LARGE OBJECT …, or take their owner or a superuser."
        )
        return findings
    }

    private func doctorOfLock(_ session: ServerSession) async throws -> [DoctorFinding] {
        let lock = AdvisoryLock(session, scope: keys.prefix, time: configuration.time)
        switch try await lock.with({ $0 }) {
        case .held:
            return [.init("overlap", "advisory lock", .ok, "It was taken and released.")]
        case .busy:
            return [.init("overlap", "advisory lock", .ok, "A run is at work just now, and holds it.")]
        case .pooled:
            return [
                .init(
                    "overlap",
                    "advisory lock",
                    configuration.allowsPooler ? .warning : .failed,
                    "A connection pooler gives each statement another session: there is no lock, and dumps may fail.",
                    remedy: configuration.poolerRemedy
                )
            ]
        case .unavailable(let why):
            return [.init("overlap", "advisory lock", .warning, "It is not to be had: \(why)")]
        }
    }

    private func space(for size: Int64?, _ options: DoctorOptions) -> DoctorFinding {
        guard let directory = options.drillDirectory else {
            return .init("drill", "space", .skipped, "Drills use a server of their own; it is not asked for its space.")
        }
        guard let free = try? FreeSpace.bytes(at: directory) else {
            return .init(
                "drill",
                "space",
                .failed,
                "\(directory) is not there.",
                remedy: "Make it, or name another directory for drills."
            )
        }
        guard let size else {
            return .init("drill", "space", .skipped, "The server does not tell the database's size.")
        }
        // The write-ahead log of the restore comes beside it.
        let needed = FreeSpace.needed(for: size, more: size / 2)
        let text = "\(ByteText.of(free)) free in \(directory), a drill needs about \(ByteText.of(needed))."
        return .init(
            "drill",
            "space",
            free >= needed ? .ok : .warning,
            text,
            remedy: free >= needed ? nil : "Name a larger directory, or a scratch server for drills."
        )
    }
}
