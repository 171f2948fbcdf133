import ArgumentParser
import PGBackup
import Terminal

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a backup now, verify it, prune, tell whoever wants to know, and exit.",
        discussion: """
            For a platform's cron. Set BACKUP_CRON_SCHEDULE to the platform's schedule, so that missed runs are noticed. \
            The process ends one minute after BACKUP_DEADLINE, whatever happens.
            """
    )

    @OptionGroup var output: OutputOptions

    func run() async throws { try await Self.once(output) }

    /// One run, from the environment to the exit status.
    static func once(_ output: OutputOptions) async throws {
        try await reporting(output, interrupted: "What was begun is removed and no backup.") { environment in
            let settings = try Settings(environment)
            Watchdog.start(after: settings.environment.deadline + .seconds(150))
            var codes: [Int32] = []
            let all = output.database == nil ? try await settings.all() : [try await settings.one(output.database)]
            for backups in all {
                let (line, handler) = progressLine("Backing up", quiet: output.quiet || output.json)
                defer { line.finish() }
                var options = settings.unattended
                options.health.notices += await settings.reportMissedRuns(of: backups)
                let outcome = try await backups.runUnattended(options, progress: handler)
                line.finish()
                do {
                    try show(outcome, backups, output)
                } catch let exit as ExitCode {
                    codes.append(exit.rawValue)
                } catch  where all.count > 1 {
                    // One that fails stops no other.
                    Console.note("backup: \(backups.configuration.database): \(error)")
                    codes.append(outcome.status.exitCode)
                }
            }
            if let worst = RunStatus.worst(of: codes) { throw ExitCode(worst) }
        }
    }

    /// Prints what became of a run, and throws its exit code.
    static func show(_ outcome: RunOutcome, _ backups: PostgresBackup, _ output: OutputOptions) throws {
        let location = backups.store.location
        if output.json, outcome.report != nil {
            Console.print(outcome.json(location: location).text)
        } else if let text = outcome.text(location: location) {
            for warning in outcome.report?.warnings ?? [] { Console.note("warning: \(warning)") }
            Console.print(text)
        }
        for failure in outcome.undelivered { Console.note("not told: \(failure)") }
        guard let report = outcome.report else {
            // What came of the failure is not the news.
            if let error = outcome.error { throw error }
            throw ExitCode(outcome.status.exitCode)
        }
        for warning in outcome.warnings { Console.note("not done: \(warning)") }
        if let error = outcome.verificationError { Console.note("not verified: \(error)") }
        if let error = outcome.error { Console.note("backup: \(report.manifest.id) is stored, but: \(error)") }
        guard outcome.status == .ok else { throw ExitCode(outcome.status.exitCode) }
    }
}

extension RunStatus {
    /// The code that says the most of several runs: none, what must be mended, not verified, busy, not told.
    fileprivate static func worst(of codes: [Int32]) -> Int32? {
        [failed, configuration, unverified, busy, incomplete].map(\.exitCode).first { codes.contains($0) }
    }
}

extension RunOutcome {
    /// The backup for people; nil when there is none.
    fileprivate func text(location: String) -> String? {
        guard let report else { return nil }
        let manifest = report.manifest
        var lines = [
            "Backup \(manifest.id)",
            "  database   \(Format.line(manifest.source.database)), PostgreSQL \(manifest.source.version)",
            "  dumped     \(Format.bytes(manifest.archive.length)) in \(Format.duration(report.dumpDuration)) "
                + "(\(Format.rate(manifest.archive.length, in: report.dumpDuration))) "
                + "with pg_dump \(report.toolchain.chosen.version)",
            "  stored     \(Format.bytes(manifest.storedLength)), checked by \(report.check)",
        ]
        if let verification {
            lines.append(
                "  verified   \(verification.level.rawValue) in \(Format.duration(.seconds(verification.seconds)))"
            )
        }
        if let pruned { lines.append("  pruned     \(pruned.deletedBackups.count) old backups") }
        lines.append("  total      \(Format.duration(report.duration))")
        lines.append("  store      \(location)")
        for object in manifest.objects { lines.append("  data       \(object.key)") }
        lines.append("  manifest   \(report.manifestKey)")
        return lines.joined(separator: "\n")
    }

    fileprivate func json(location: String) -> JSONText {
        guard let report else { return .object([("ok", false), ("status", .string(status.description))]) }
        let manifest = report.manifest
        return .object([
            ("ok", .boolean(status == .ok)),
            ("status", .string(status.description)),
            ("id", .string(manifest.id.text)),
            ("database", .string(manifest.source.database)),
            ("serverVersion", .string(manifest.source.version)),
            ("archiveBytes", .integer(manifest.archive.length)),
            ("storedBytes", .integer(manifest.storedLength)),
            ("seconds", .number(report.duration / .seconds(1))),
            ("dumpSeconds", .number(report.dumpDuration / .seconds(1))),
            ("check", .string("\(report.check)")),
            ("verified", .optional(verification?.level.rawValue)),
            ("pruned", .integer(Int64(pruned?.deletedBackups.count ?? 0))),
            ("store", .string(location)),
            ("manifest", .string(report.manifestKey)),
            ("objects", .array(manifest.objects.map { .string($0.key) })),
            ("warnings", .array((report.warnings + warnings).map { .string($0) })),
            ("undelivered", .array(undelivered.map { .string("\($0)") })),
        ])
    }
}
