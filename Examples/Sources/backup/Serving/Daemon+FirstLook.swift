import FoundationEssentials
import PGBackup

/// What is said once, as soon as the databases are known.
extension Daemon {
    /// When each database was last backed up, as far as the store tells.
    func lastRuns(of all: [PostgresBackup]) async -> [(backups: PostgresBackup, last: Date?)] {
        await withTaskGroup(of: (Int, Date?).self) { group in
            var found: [(backups: PostgresBackup, last: Date?)] = all.map { ($0, nil) }
            for (index, backups) in all.enumerated() {
                if index >= 8, let (index, date) = await group.next() { found[index].last = date }
                group.addTask { (index, await Settings.lastRun(of: backups).date) }
            }
            for await (index, date) in group { found[index].last = date }
            return found
        }
    }

    /// Which runs of each were missed before this process followed the schedule, and whether backups can be made.
    func firstLook(at all: [(backups: PostgresBackup, last: Date?)], until start: Date) async {
        await withTaskGroup(of: Void.self) { group in
            for (index, database) in all.enumerated() {
                if index >= 8 { await group.next() }
                group.addTask { await self.firstLook(at: database.backups, database.last, start) }
            }
        }
    }

    private func firstLook(at backups: PostgresBackup, _ last: Date?, _ start: Date) async {
        let name = settings.isForOne ? "" : "\(backups.configuration.database): "
        let missed = await settings.reportMissedRuns(of: backups, since: last, until: start) { log("\(name)\($0)") }
        for failure in missed.undelivered { log("not told: \(failure)") }
        let notices = missed.notices + (await check(backups, name))
        guard !notices.isEmpty else { return }
        _ = await board.notes(notices, of: backups)
    }

    /// Says whether a backup could be made now, and with which programs.
    /// - Returns: what is not ideal.
    private func check(_ backups: PostgresBackup, _ name: String) async -> [String] {
        do {
            let readiness = try await backups.briefly.check()
            log("\(name)Backups can be made. \(readiness.toolchain). The store is \(backups.store.location).")
            for warning in readiness.warnings { log("\(name)warning: \(warning)") }
            return readiness.warnings
        } catch is CancellationError {
            return []
        } catch {
            // That is no reason to end: it may be mended by the time that a backup is due.
            log("\(name)warning: Backups cannot be made as things are: \(error)")
            return ["Backups could not be made when this process began: \(error)"]
        }
    }
}
