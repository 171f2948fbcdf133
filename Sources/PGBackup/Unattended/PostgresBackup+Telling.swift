import FoundationEssentials
import GroundworkCore
import GroundworkStorage

extension PostgresBackup {
    /// How long the store may take for the history, and once more for the status page.
    static let storeTime = Duration.seconds(30)

    /// Writes the history and notifies.
    func tell(_ record: RunRecord, _ options: UnattendedOptions, _ outcome: inout RunOutcome) async {
        var events: [BackupEvent] = []
        let name = options.databaseName ?? outcome.report?.manifest.source.database ?? "\(configuration.database)"
        let now = configuration.time.now
        let end = configuration.time.monotonic.advanced(by: Self.storeTime)
        do {
            let before = try await until(end, "reading of the history") { try await history() }
            let hadBackups = try await until(end, "listing") { try await hadOwnBackups(besides: record.backup, before) }
            events = before.events(after: record, database: name, hadBackups: hadBackups, now: now)
            _ = try await until(end, "writing of the history") { try await remember(record) }
        } catch {
            // The store is out of order; people are told all the same.
            if events.isEmpty {
                events = RunHistory().events(after: record, database: name, hadBackups: true, now: now)
            }
            outcome.warnings.append("The history of runs could not be written: \(Self.text(error))")
        }
        if let message = outcome.missedTarget {
            let text = "The backup of \(name) is good. \(message)"
            events.append(BackupEvent(.targetMissed, date: now, database: name, message: text, run: record))
        }
        outcome.undelivered += await options.notifications.deliver(events)
    }

    /// Whether there were backups of this database before this one. A history that knows of a success says it without a look
    /// at the manifests; one that cannot be read might be of this database.
    private func hadOwnBackups(besides id: BackupID?, _ history: RunHistory) async throws -> Bool {
        if history.runs(of: databaseName, without: []).runs.contains(where: \.isGood) { return true }
        let known = try await knownBackups(updatesCatalogFrom: nil)
        return !known.unreadable.isEmpty || known.candidates.contains { $0.id != id && isOwn($0) }
    }

    func writeStatusPage(_ options: UnattendedOptions, _ outcome: inout RunOutcome) async {
        guard options.writesStatusPage, let schedule = options.schedule else { return }
        var health = options.health
        health.notices += outcome.notices
        let measured = health
        let end = configuration.time.monotonic.advanced(by: Self.storeTime)
        do {
            try await until(end, "status page") { try await storeStatusPage(schedule: schedule, options: measured) }
        } catch {
            outcome.warnings.append("The status page could not be written: \(Self.text(error))")
        }
    }

    /// Computes health and stores its page beside the backups, as `status.html`.
    /// - Throws: ``PGBackupError`` when the store fails, `CancellationError`.
    public func storeStatusPage(
        schedule: CronSchedule,
        options: BackupHealth.Options = BackupHealth.Options()
    ) async throws {
        let page = try await health(schedule: schedule, options: options).statusFile
        try await operation("writing of the status page") {
            var put = ObjectPutOptions()
            put.contentType = "text/html; charset=utf-8"
            try await store.put(keys.statusPage, .bytes(Array(page.utf8)), options: put)
        }
    }

    func until<Result: Sendable>(
        _ end: ContinuousClock.Instant,
        _ name: String,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        do {
            return try await withDeadline(end, time: configuration.time, body)
        } catch is DeadlineExceeded {
            throw PGBackupError(.timedOut, "The \(name) did not end within \(Self.storeTime.seconds) seconds.")
        }
    }

    static func text(_ error: any Error) -> String { (error as? PGBackupError)?.message ?? "\(error)" }
}
