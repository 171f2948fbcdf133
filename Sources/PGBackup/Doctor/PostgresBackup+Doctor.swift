import GroundworkCore
import GroundworkStorage

/// What the doctor is told beside the configuration.
public struct DoctorOptions: Sendable {
    /// The schedule; nil where there is none.
    public var schedule: CronSchedule?
    /// Who is told. The doctor sends them a test, except those that only want to hear of successes.
    public var notifications = BackupNotifications([])
    /// The directory of a drill's throw-away cluster; nil when drills use a server of their own, or there are none.
    public var drillDirectory: String?
    /// The server of drills: it is asked whether it would take one.
    public var drillServer: DatabaseURL?
    /// Where backups are to be restored, if not to their own server: it is asked whether it would take one.
    public var restoreServer: DatabaseURL?
    /// How far each backup is verified.
    public var verification = VerificationLevel.decoded
    /// Whether the store is written to: a few small objects and one of 9 MiB, all deleted at once.
    public var writesToStore = true

    /// Everything is looked at.
    public init() {}
}

extension PostgresBackup {
    /// Looks at everything that the first night needs, and explains what is wrong. Nothing is changed; what is written
    /// into the store is deleted again.
    /// - Throws: `CancellationError` only.
    public func doctor(_ options: DoctorOptions = DoctorOptions()) async throws -> DoctorReport {
        var findings: [DoctorFinding] = []
        do throws(PGBackupError) {
            try configuration.check()
            findings.append(.init("settings", "options", .ok, "They can be used."))
        } catch {
            findings.append(.init("settings", "options", .failed, error.message))
        }
        findings += try await doctorOfPrograms()
        findings += try await doctorOfNetwork()
        findings += try await doctorOfDatabase(options)
        let hasLock = findings.contains { $0.area == "overlap" && $0.level == .ok }
        findings += try await doctorOfStore(options, hasLock: hasLock)
        findings += doctorOfSchedule(options)
        findings += try await doctorOfNotifiers(options)
        try Task.checkCancellation()
        return DoctorReport(findings)
    }

    private func doctorOfPrograms() async throws -> [DoctorFinding] {
        do {
            let found = try await findClientPrograms()
            let list = found.map(\.description).joined(separator: ", ")
            return [.init("programs", "found", .ok, "PostgreSQL \(list).")]
        } catch let error as PGBackupError {
            return [.init("programs", "found", .failed, error.message)]
        }
    }

    private func doctorOfSchedule(_ options: DoctorOptions) -> [DoctorFinding] {
        guard let schedule = options.schedule else {
            return [.init("schedule", "next runs", .skipped, "There is no schedule: a platform starts each run.")]
        }
        let zone = schedule.timeZone
        let runs = schedule.preview(3, after: configuration.time.now).map { zone.text(of: $0) }
        var findings = [
            DoctorFinding(
                "schedule",
                "next runs",
                runs.isEmpty ? .failed : .ok,
                runs.isEmpty ? "\(schedule) is never due." : "\(schedule): \(runs.joined(separator: ", ")).",
                remedy: runs.isEmpty ? "Set BACKUP_CRON_SCHEDULE to something that comes, such as 0 5 * * *." : nil
            )
        ]
        for warning in schedule.warnings { findings.append(.init("schedule", "density", .warning, warning)) }
        return findings
    }

    private func doctorOfNotifiers(_ options: DoctorOptions) async throws -> [DoctorFinding] {
        guard !options.notifications.notifiers.isEmpty else {
            return [
                .init(
                    "notifiers",
                    "all",
                    .warning,
                    "Nobody is told when a backup fails.",
                    remedy:
                        "Set a webhook, a ping URL, or a mail address: a silent failure is noticed when it is too late."
                )
            ]
        }
        let event = BackupEvent(
            .test,
            date: configuration.time.now,
            database: "\(configuration.database)",
            message: "This is a test of the notifications for backups of \(configuration.database). Nothing happened."
        )
        let failures = await options.notifications.deliver([event])
        return options.notifications.notifiers.map { notifier in
            if let failure = failures.first(where: { $0.notifier == notifier.name }) {
                return .init("notifiers", notifier.name, .failed, "The test was not delivered: \(failure.reason)")
            }
            guard notifier.wants(.test) else {
                return .init("notifiers", notifier.name, .skipped, "It only wants to hear of successes: not tried.")
            }
            return .init("notifiers", notifier.name, .ok, "A test was delivered.")
        }
    }
}
