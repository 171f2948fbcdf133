import ArgumentParser
import PGBackup
import Terminal

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a backup now, verify it, prune, tell whoever wants to know, and exit.",
        discussion: """
            For a platform's cron. Set BACKUP_CRON_SCHEDULE to the platform's schedule, so that missed runs are noticed. \
            BACKUP_DEADLINE is for all databases together; \
            what is told to whom has a few minutes more, and six minutes after it the process ends, whatever happens.
            """
    )

    @OptionGroup var output: OutputOptions

    func run() async throws { try await Self.once(output) }

    /// One run, from the environment to the exit status.
    static func once(_ output: OutputOptions) async throws {
        try await reporting(output, interrupted: "What was begun and not stored is removed and no backup.") {
            environment in
            let settings = try Settings(environment)
            let end = ContinuousClock.now.advanced(by: settings.environment.deadline)
            Watchdog.start(after: settings.environment.deadline + Watchdog.afterwards)
            let all = output.database == nil ? try await settings.all() : [try await settings.one(output.database)]
            var codes: [Int32?] = []
            for (index, backups) in all.enumerated() {
                // Those whose turn comes too late are only told of: all at once, so that it takes no longer than of one.
                guard index == 0 || ContinuousClock.now < end else {
                    codes += try await withThrowingTaskGroup(of: Int32?.self) { group in
                        for late in all[index...] {
                            group.addTask { try await night(late, settings, end, isAlone: false, output) }
                        }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    break
                }
                codes.append(try await night(backups, settings, end, isAlone: all.count == 1, output))
            }
            if codes.allSatisfy({ $0.map(RunStatus.isGood) ?? true }) {
                let failures = await settings.tellOfSuccess(of: all.count)
                for failure in failures { Console.note("not told: \(failure)") }
                if !failures.isEmpty { codes.append(RunStatus.incomplete.exitCode) }
            }
            if let worst = RunStatus.worst(of: codes.compactMap(\.self)) { throw ExitCode(worst) }
        }
    }

    /// One database.
    /// - Returns: its exit code; nil for 0.
    private static func night(
        _ backups: PostgresBackup,
        _ settings: Settings,
        _ end: ContinuousClock.Instant,
        isAlone: Bool,
        _ output: OutputOptions
    ) async throws -> Int32? {
        let (line, handler) = progressLine("Backing up", quiet: output.quiet || output.json)
        defer { line.finish() }
        var options = settings.unattended
        let missed = await settings.reportMissedRuns(of: backups)
        options.health.notices += missed.events + missed.undelivered.map(\.description)
        let leftBehind = ContinuousClock.now < end ? await settings.leftBehind(backups) : []
        for sentence in leftBehind { Console.note("warning: \(sentence)") }
        options.health.notices += leftBehind
        if !isAlone { options.notifications = settings.notificationsOfOne }
        options.deadline = max(.zero, ContinuousClock.now.duration(to: end))
        var outcome = try await backups.runUnattended(options, progress: handler)
        line.finish()
        outcome.undelivered += missed.undelivered
        if outcome.status == .ok, !missed.undelivered.isEmpty { outcome.status = .incomplete }
        do {
            try show(outcome, backups, output)
            return nil
        } catch let exit as ExitCode {
            return exit.rawValue
        } catch  where !isAlone {
            // One that fails stops no other.
            Console.note("backup: \(backups.configuration.database): \(error)")
            return outcome.status.exitCode
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
    /// Whether a verified backup is there, whatever else was not done.
    static func isGood(_ code: Int32) -> Bool { [ok, incomplete].map(\.exitCode).contains(code) }

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
        if let projection { lines.append("  restore    \(projection.sentence)") }
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
        let projected = projection.map { ("projectedSeconds", JSONText.number($0.projectedSeconds)) }
        let entries: [(String, JSONText)] = [
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
        ]
        return .object(entries + [projected].compactMap(\.self))
    }
}
