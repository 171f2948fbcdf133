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
        try await reporting(output, interrupted: "What was begun is removed and no backup.") { environment in
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
            for backups in all {
                await board.changed(backups, notices: ["\(event)"] + (await settings.tell(event, backups)))
            }
        } run: { due in
            log(
                due.map { "The backup that was due at \($0.formatted(.iso8601)) begins." }
                    ?? "The backup at the start begins."
            )
            // Databases come and go where all of a server are backed up.
            for backups in try await self.databases() { try await self.makeBackup(backups) }
        }
    }

    /// The databases as they are now; while a server cannot be asked, those that were known.
    private func databases() async throws -> [PostgresBackup] {
        let known = known.withLock { $0 }
        do {
            let all = try await settings.all()
            self.known.withLock { $0 = all }
            await board.found(all)
            return all
        } catch let error as PGBackupError where !known.isEmpty {
            log("The databases cannot be asked for: \(error)")
            return known
        }
    }

    private func announce(_ all: [PostgresBackup]) {
        let next = settings.schedule.preview(3, after: Date()).map { settings.schedule.timeZone.text(of: $0) }
        let many = all.count == 1 ? "" : " for \(all.count) databases"
        log(
            "Following \(settings.schedule)\(many); next \(next.joined(separator: ", ")). "
                + "Status on port \(settings.environment.port)."
        )
        for warning in settings.schedule.warnings { log("warning: \(warning)") }
    }

    private func makeBackup(_ backups: PostgresBackup) async throws {
        isAtWork.withLock { $0 = true }
        let outcome = try await backups.runUnattended(settings.unattended)
        isAtWork.withLock { $0 = false }
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
        let notices = outcome.undelivered.map(\.description) + outcome.warnings
        await board.changed(backups, notices: notices)
    }
}

func log(_ line: String) { Console.note("\(Date().formatted(.iso8601)) \(line)") }
