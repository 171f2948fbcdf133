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

    /// Which runs of each were missed before this process followed the schedule.
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
        guard !missed.notices.isEmpty else { return }
        _ = await board.notes(missed.notices, of: backups)
    }
}
