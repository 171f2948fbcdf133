import GroundworkCore

extension PostgresBackup {
    /// Whether a backup can be restored for proof, and where people want it restored.
    /// - Parameter needed: the oldest version that can take a backup; nil when the server of the backups does not answer.
    func doctorOfRestores(_ options: DoctorOptions, _ needed: PostgresVersion?) async throws -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        let isAsked = options.verification == .restored
        if let url = options.drillServer {
            let level: DoctorFinding.Level = isAsked ? .failed : .warning
            findings.append(try await look(at: url, "drill", "DRILL_DATABASE_URL", needed, level))
        } else if let directory = options.drillDirectory {
            findings.append(try await lookForCluster(needed, in: directory, isAsked))
        }
        if let place = findings.first { findings.append(depth(options.verification, isPossible: place.level == .ok)) }
        if let url = options.restoreServer {
            findings.append(try await look(at: url, "restore", "RESTORE_DATABASE_URL", needed, .failed))
        }
        return findings
    }

    /// Whether a server answers, is new enough, and lets its user create databases.
    private func look(
        at url: DatabaseURL,
        _ area: String,
        _ variable: String,
        _ needed: PostgresVersion?,
        _ level: DoctorFinding.Level
    ) async throws -> DoctorFinding {
        do {
            let session = try await openAnyDatabase(of: url, minimum: needed ?? PostgresVersion(number: 0))
            defer { session.connection.end() }
            let (facts, server) = (session.facts, "PostgreSQL \(session.facts.versionText) of \(variable)")
            if let needed, facts.version.branch < needed.branch {
                return .init(
                    area,
                    "server",
                    level,
                    "\(server) is older than the \(needed.majorText) of the backups: what is newer in them is refused there.",
                    remedy: "Name a server of PostgreSQL \(needed.majorText) or newer in \(variable)."
                )
            }
            let right = try await limited("question for rights", toServer: url) {
                try await session.psql.run(
                    "SELECT rolsuper OR rolcreatedb FROM pg_catalog.pg_roles WHERE rolname = current_user;\n"
                )
            }
            if facts.isStandby || right.trimmingASCIIWhitespace() != "t" {
                let why = facts.isStandby ? "is a standby, and takes" : "lets its user create"
                return .init(
                    area,
                    "server",
                    level,
                    "\(server) \(why) no new database.",
                    remedy: facts.isStandby ? "Name a primary in \(variable)." : "ALTER ROLE … CREATEDB for that user."
                )
            }
            return .init(area, "server", .ok, "\(server) answers, and new databases can be made there.")
        } catch let error as PGBackupError {
            return .init(area, "server", level, "\(variable): \(error.message)")
        }
    }

    private func lookForCluster(_ needed: PostgresVersion?, in directory: String, _ isAsked: Bool) async throws
        -> DoctorFinding
    {
        do {
            let programs = try await drillPrograms(for: needed ?? PostgresVersion(number: 0))
            return .init(
                "drill",
                "server",
                .ok,
                "A throw-away cluster can be made in \(directory) by the programs of PostgreSQL \(programs)."
            )
        } catch let error as PGBackupError {
            return .init("drill", "server", isAsked ? .failed : .warning, error.message)
        }
    }

    /// How far each night proves its backup.
    private func depth(_ level: VerificationLevel, isPossible: Bool) -> DoctorFinding {
        guard level < .restored else {
            return isPossible
                ? .init("drill", "every night", .ok, "Each backup is restored for proof.")
                : .init("drill", "every night", .failed, "Each backup is to be restored for proof, and none can be.")
        }
        let text = "No backup is restored for proof: each is verified as \(level.rawValue)."
        return isPossible
            ? .init("drill", "every night", .ok, text, remedy: "Set BACKUP_VERIFY=restored to have each restored.")
            : .init(
                "drill",
                "every night",
                .warning,
                text,
                remedy: "Install the server's programs, or set DRILL_DATABASE_URL to a scratch server."
            )
    }
}
