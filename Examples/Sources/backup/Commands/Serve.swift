import ArgumentParser
import FoundationEssentials
import PGBackup
import Synchronization
import Terminal

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Follow BACKUP_CRON_SCHEDULE for ever, and serve the status on PORT.",
        discussion: "SIGTERM ends it: with exit code 0 while it waits, with 143 when a backup was stopped by it."
    )

    @OptionGroup var output: OutputOptions

    func run() async throws { try await Self.forever(output) }

    static func forever(_ output: OutputOptions) async throws {
        try await reporting(output, interrupted: "What was begun and not stored is removed and no backup.") {
            environment in
            let settings = try Settings(environment)
            let daemon = Daemon(settings, HealthBoard(settings))
            try await daemon.run()
        }
    }
}

/// The daemon: the schedule and the status server side by side.
private final class Daemon: Sendable {
    private let settings: Settings
    private let board: HealthBoard
    private let isAtWork = Mutex(false)
    private let known = Mutex<[PostgresBackup]>([])

    init(_ settings: Settings, _ board: HealthBoard) {
        self.settings = settings
        self.board = board
    }

    func run() async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let server = StatusServer(port: UInt16(settings.environment.port), board)
                group.addTask { try await server.run() }
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
        var last: Date?
        for backups in all { last = [last, await Settings.lastRun(of: backups)].compactMap { $0 }.max() }
        var daemon = BackupDaemon(settings.schedule, jitter: settings.jitter)
        daemon.runsOnStartup = settings.environment.runsOnStartup
        announce(all)
        try await daemon.follow(lastRun: last) { event in
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
            for backups in all { isGood = try await self.makeBackup(backups, end, isAlone: all.count == 1) && isGood }
            guard isGood else { return }
            for failure in await settings.tellOfSuccess(of: all.count) { log("not told: \(failure)") }
        }
    }

    /// The databases as they are now; while a server cannot be asked, those that were known.
    /// - Parameter ifNone: called when none is known.
    private func databases(ifNone: (PGBackupError) async -> Void = { _ in }) async throws -> [PostgresBackup] {
        do {
            let all = try await settings.all()
            known.withLock { $0 = all }
            await board.found(all)
            return all
        } catch let error as PGBackupError where error.code != .invalidConfiguration {
            try Task.checkCancellation()
            log("The databases cannot be asked for: \(error)")
            let known = known.withLock { $0 }
            if known.isEmpty {
                await board.lacks("The databases cannot be asked for: \(error.message)")
                await ifNone(error)
            }
            return known
        }
    }

    /// A server that was down at the start is asked again each minute, so that the status is told as soon as it can be.
    private func lookForDatabases() async throws {
        while true {
            try await Task.sleep(for: .seconds(60))
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
        for warning in settings.schedule.warnings { log("warning: \(warning)") }
    }

    /// - Returns: whether there is a verified backup.
    private func makeBackup(
        _ backups: PostgresBackup,
        _ end: ContinuousClock.Instant,
        isAlone: Bool
    ) async throws -> Bool {
        isAtWork.withLock { $0 = true }
        var options = settings.unattended
        let leftBehind = await settings.leftBehind(backups)
        for sentence in leftBehind { log("warning: \(sentence)") }
        options.health.notices += leftBehind
        if !isAlone { options.notifications = settings.notificationsOfOne }
        options.deadline = max(.zero, ContinuousClock.now.duration(to: end))
        let outcome = try await backups.runUnattended(options)
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
        let notices = leftBehind + outcome.undelivered.map(\.description) + outcome.warnings
        await board.changed(backups, notices: notices)
        return RunStatus.isGood(outcome.status.exitCode)
    }
}

func log(_ line: String) { Console.note("\(Date().formatted(.iso8601)) \(line)") }
