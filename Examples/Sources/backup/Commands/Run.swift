import ArgumentParser
import PGBackup
import Terminal

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a backup now, verify it, prune, tell whoever wants to know, and exit.",
        discussion: """
            For a platform's cron. Set BACKUP_CRON_SCHEDULE to the platform's schedule, so that missed runs are noticed. \
            BACKUP_DEADLINE is for all databases together; \
            what is told to whom has a few minutes more, and six minutes after it the process ends, whatever happens. \
            With --json, several databases are one array, in which one that failed has its error.
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
            let areSeveral = output.database == nil && !settings.isForOne
            let all = areSeveral ? try await settings.all() : [try await settings.one(output.database)]
            guard areSeveral else {
                let night = try await night(all[0], settings, end, output)
                return try show(night.outcome, all[0], output)
            }
            try await severally(all, settings, end, output)
        }
    }

    /// What came of one database, and what people should see of it.
    private struct Night: Sendable {
        var backups: PostgresBackup
        var outcome: RunOutcome
        var code: Int32 = 0
        /// What its status page has told.
        var notices: [String] = []
    }

    /// One database after the other. One that fails stops no other.
    private static func severally(
        _ all: [PostgresBackup],
        _ settings: Settings,
        _ end: ContinuousClock.Instant,
        _ output: OutputOptions
    ) async throws {
        var nights: [Night] = []
        for (index, backups) in all.enumerated() {
            // Those whose turn comes too late are only told of: all at once, so that it takes no longer than of one.
            guard index == 0 || ContinuousClock.now < end else {
                nights += try await withThrowingTaskGroup(of: (Int, Night).self) { group in
                    for late in index..<all.count {
                        group.addTask { (late, part(try await night(all[late], settings, end, output), output)) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
                }
                break
            }
            nights.append(part(try await night(backups, settings, end, output), output))
        }
        var codes = nights.map(\.code)
        if codes.allSatisfy(RunStatus.isGood) {
            let failures = await settings.tellOfSuccess(of: all.count)
            for failure in failures { Console.note("not told: \(failure)") }
            if !failures.isEmpty {
                codes.append(RunStatus.incomplete.exitCode)
                let notices = failures.map(\.description)
                await settings.rewritePages(nights.map { ($0.backups, $0.notices + notices) })
            }
        }
        if output.json {
            let parts = nights.map { $0.outcome.json(of: $0.backups) }
            Console.print(JSONText.array(parts).text)
        }
        if let worst = RunStatus.worst(of: codes) { throw ExitCode(worst) }
    }

    /// Shows what came of one of several databases.
    private static func part(_ night: Night, _ output: OutputOptions) -> Night {
        var night = night
        do {
            try show(night.outcome, night.backups, output, isPart: true)
        } catch let exit as ExitCode {
            night.code = exit.rawValue
        } catch {
            night.code = night.outcome.status.exitCode
            if !output.json { Console.note("backup: \(night.backups.configuration.database): \(error)") }
        }
        return night
    }

    /// One database.
    private static func night(
        _ backups: PostgresBackup,
        _ settings: Settings,
        _ end: ContinuousClock.Instant,
        _ output: OutputOptions
    ) async throws -> Night {
        let (line, handler) = progressLine("Backing up", quiet: output.quiet || output.json)
        defer { line.finish() }
        var options = settings.unattended
        let missed = await settings.reportMissedRuns(of: backups)
        options.health.notices += missed.notices
        let isInTime = ContinuousClock.now < end
        let leftBehind =
            isInTime ? await settings.leftBehind(backups) + settings.decideProof(of: backups, &options) : []
        for sentence in leftBehind { Console.note("warning: \(sentence)") }
        options.health.notices += leftBehind
        options.notifications = settings.notificationsOfEach
        options.deadline = max(.zero, ContinuousClock.now.duration(to: end))
        var outcome = try await backups.runUnattended(options, progress: handler)
        // Those of the missed runs are among the notices already.
        let pageNotices = options.health.notices + outcome.pageNotices
        outcome.undelivered += missed.undelivered
        if outcome.status == .ok, !missed.undelivered.isEmpty { outcome.status = .incomplete }
        return Night(backups: backups, outcome: outcome, notices: pageNotices)
    }

    /// Prints what became of a run, and throws its exit code.
    /// - Parameter isPart: whether the JSON is that of several databases, which is printed at the end.
    static func show(
        _ outcome: RunOutcome,
        _ backups: PostgresBackup,
        _ output: OutputOptions,
        isPart: Bool = false
    ) throws {
        if output.json {
            if outcome.report != nil, !isPart { Console.print(outcome.json(of: backups).text) }
        } else if let text = outcome.text(location: backups.store.location) {
            for warning in outcome.report?.warnings ?? [] { Console.note("warning: \(warning)") }
            Console.print(text)
        }
        for failure in outcome.undelivered { Console.note("not told: \(failure)") }
        // Of a failure, what came of it is not the news.
        if outcome.report != nil || outcome.status == .busy {
            for warning in outcome.warnings { Console.note("warning: \(warning)") }
        }
        guard let report = outcome.report else {
            if let error = outcome.error { throw error }
            throw ExitCode(outcome.status.exitCode)
        }
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
    /// What of it is on the status page beside the run itself.
    var pageNotices: [String] { undelivered.map(\.description) + warnings }

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

    fileprivate func json(of backups: PostgresBackup) -> JSONText {
        guard let report else {
            let name = backups.configuration.database.database
            return .object([
                ("ok", false), ("status", .string(status.description)), ("database", .optional(name)),
                ("error", .optional(error.map { "\($0)" })),
                ("undelivered", .array(undelivered.map { .string("\($0)") })),
            ])
        }
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
            ("store", .string(backups.store.location)),
            ("manifest", .string(report.manifestKey)),
            ("objects", .array(manifest.objects.map { .string($0.key) })),
            ("warnings", .array((report.warnings + warnings).map { .string($0) })),
            ("undelivered", .array(undelivered.map { .string("\($0)") })),
        ]
        return .object(entries + [projected].compactMap(\.self))
    }
}
