import ArgumentParser
import FoundationEssentials
import PGBackup
import Synchronization

/// The daemon: the schedule and the status server side by side.
final class Daemon: Sendable {
    let settings: Settings
    let board: HealthBoard
    private let isAtWork = Mutex(false)
    private let known = Mutex<[PostgresBackup]>([])
    /// Since when the schedule is followed; what was due before was missed.
    private let start = Mutex<Date?>(nil)
    private let hasLooked = Mutex(false)

    init(_ settings: Settings, _ board: HealthBoard) {
        self.settings = settings
        self.board = board
    }

    func run() async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await StatusService(self.settings, self.board).run() }
                group.addTask { try await self.follow() }
                group.addTask { try await self.lookForDatabases() }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch is CancellationError where !isAtWork.withLock({ $0 }) {
            // It waited for the next run: nothing was stopped.
            return
        }
    }

    private func follow() async throws {
        let (settings, board) = (settings, board)
        let all = try await databases()
        let found = await lastRuns(of: all)
        let now = Date()
        start.withLock { $0 = now }
        hasLooked.withLock { $0 = !all.isEmpty }
        // The schedule does not wait for it.
        async let _: Void = firstLook(at: found, until: now)
        var daemon = BackupDaemon(settings.schedule, jitter: settings.jitter)
        daemon.runsOnStartup = settings.environment.runsOnStartup
        announce(all)
        try await daemon.follow(lastRun: found.compactMap(\.last).max()) { event in
            // That is told of each database by itself: one that ran hides none that did not.
            if case .missed(let runs) = event, runs.reason == .processNotRunning { return }
            log("\(event)")
            for backups in self.known.withLock({ $0 }) {
                let failures = await settings.tell(event, backups)
                for failure in failures { log("not told: \(failure)") }
                await board.changed(backups, notices: ["\(event)"] + failures.map(\.description))
            }
        } run: { due in
            log(
                due.map { "The backup that was due at \($0.formatted(.iso8601)) begins." }
                    ?? "The backup at the start begins."
            )
            // Databases come and go where all of a server are backed up.
            let end = ContinuousClock.now.advanced(by: settings.environment.deadline)
            let all = try await self.databases { error in
                let message = "No database was backed up: \(error.message)"
                let event = BackupEvent(.failed, date: Date(), database: "*", message: message)
                for failure in await settings.notifications.deliver([event]) { log("not told: \(failure)") }
            }
            await board.began(all, limit: settings.environment.deadline)
            var isGood = !all.isEmpty
            for backups in all { isGood = try await self.makeBackup(backups, end) && isGood }
            await board.hasTold()
            guard isGood else { return }
            let failures = await settings.tellOfSuccess(of: all.count)
            guard !failures.isEmpty else { return }
            for failure in failures { log("not told: \(failure)") }
            var pages: [(backups: PostgresBackup, notices: [String])] = []
            for backups in all {
                pages.append((backups, await board.notes(failures.map(\.description), of: backups)))
            }
            await settings.rewritePages(pages)
        }
    }

    /// The databases as they are now; while a server cannot be asked, those that were known.
    /// - Parameter ifNone: called when none is known.
    private func databases(ifNone: (PGBackupError) async -> Void = { _ in }) async throws -> [PostgresBackup] {
        do {
            let all = try await settings.all()
            known.withLock { $0 = all }
            await board.found(all)
            if let start = start.withLock({ $0 }), !all.isEmpty, isFirstLook() {
                await firstLook(at: await lastRuns(of: all), until: start)
            }
            return all
        } catch let error as PGBackupError {
            // What is wrong with the configuration shows at the start; later it is the server that has no database just now.
            let isConfigured = error.code != .invalidConfiguration
            guard isConfigured || start.withLock({ $0 != nil }) else { throw error }
            try Task.checkCancellation()
            log("The databases cannot be asked for: \(error)")
            let known = isConfigured ? known.withLock { $0 } : []
            if known.isEmpty {
                await board.lacks("The databases cannot be asked for: \(error.message)")
                await ifNone(error)
            }
            return known
        }
    }

    private func isFirstLook() -> Bool {
        hasLooked.withLock { hasLooked in
            defer { hasLooked = true }
            return !hasLooked
        }
    }

    /// A server that was down at the start is asked again, after seconds and then each minute, so that the status is told
    /// as soon as it can be.
    private func lookForDatabases() async throws {
        var wait = Duration.seconds(5)
        while true {
            try await Task.sleep(for: wait)
            wait = min(wait * 2, .seconds(60))
            if known.withLock({ $0.isEmpty }) { _ = try await databases() }
        }
    }

    private func announce(_ all: [PostgresBackup]) {
        let next = settings.schedule.preview(3, after: Date()).map { settings.schedule.timeZone.text(of: $0) }
        let many =
            all.count == 1 ? "" : all.isEmpty ? " for databases that are not known yet" : " for \(all.count) databases"
        log(
            "Following \(settings.schedule)\(many); next \(next.joined(separator: ", ")). "
                + "Status on port \(settings.environment.port)."
        )
        let zone = TemplateVariables.warning(ProcessInfo.processInfo.environment)
        for warning in settings.schedule.warnings + (zone.map { [$0] } ?? []) { log("warning: \(warning)") }
    }

    /// - Returns: whether there is a verified backup.
    private func makeBackup(_ backups: PostgresBackup, _ end: ContinuousClock.Instant) async throws -> Bool {
        isAtWork.withLock { $0 = true }
        var options = settings.unattended
        let leftBehind = await settings.leftBehind(backups) + settings.decideProof(of: backups, &options)
        for sentence in leftBehind { log("warning: \(sentence)") }
        let outage = await board.outage.map { [$0.sentence] } ?? []
        options.health.notices += leftBehind + outage
        options.notifications = settings.notificationsOfEach
        options.deadline = max(.zero, ContinuousClock.now.duration(to: end))
        // One that hangs ends no other night.
        let outcome = try await backups.runUnattended(options, leavingBehindAfter: Watchdog.afterwards)
        // One that was stopped after its backup had been stored was stopped all the same.
        isAtWork.withLock { $0 = Task.isCancelled && outcome.status != .ok }
        do {
            var output = OutputOptions()
            output.quiet = true
            output.json = false
            try Run.show(outcome, backups, output)
        } catch let exit as ExitCode {
            log("The run ended with status \(outcome.status) (\(exit.rawValue)).")
        } catch {
            log("The run failed: \(error)")
        }
        await board.changed(backups, notices: leftBehind + outcome.pageNotices)
        return RunStatus.isGood(outcome.status.exitCode)
    }
}
