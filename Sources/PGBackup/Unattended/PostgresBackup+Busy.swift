import FoundationEssentials
import GroundworkCore
import GroundworkStorage

extension PostgresBackup {
    /// A run that found another at work is no news as long as this database has a fresh backup. Where it has none, the other
    /// run may be of another database in the same folder, or hang, and people are told.
    func tellIfNoneIsFresh(_ options: UnattendedOptions, _ outcome: inout RunOutcome) async {
        let end = configuration.time.monotonic.advanced(by: Self.storeTime)
        let lack: String?
        do {
            lack = try await until(end, "look for a fresh backup") { try await lackOfFreshBackup(options) }
        } catch {
            outcome.warnings.append("Whether there is a fresh backup is not known: \(Self.text(error))")
            return
        }
        guard let lack else { return }
        let name = options.databaseName ?? databaseName ?? "\(configuration.database)"
        let event = BackupEvent(
            .busy,
            date: configuration.time.now,
            database: name,
            message: "No backup of \(name) was made. \(outcome.error?.message ?? "") \(lack) If the other run is of "
                + "another database, set BACKUP_FILE_PREFIX to a folder of its own for each; if it hangs, end it."
        )
        outcome.undelivered += await options.notifications.deliver([event])
    }

    /// Why the newest backup of this very database, on this server where that can be told, is not fresh; nil when it is.
    private func lackOfFreshBackup(_ options: UnattendedOptions) async throws -> String? {
        let (name, system) = await whoAmI()
        let own = try await knownBackups(updatesCatalogFrom: nil).candidates.filter { candidate in
            guard let name else { return isOwn(candidate) }
            guard candidate.databaseName == name else { return false }
            return candidate.source == "\(name) on \(system ?? "")" || system == nil
                || candidate.source.hasSuffix(" on \(RetentionCandidate.unknownServer)")
        }
        guard let newest = own.map(\.date).max() else { return "It has no backup in the folder \(keys.prefix)." }
        let now = configuration.time.now
        // The run that is at work may take until its deadline.
        let grace = max(options.health.grace, options.deadline ?? .zero).seconds
        let begun = newest.addingTimeInterval(BackupTimeline.earliness)
        let due = options.schedule.map { $0.next(after: begun) } ?? newest.addingTimeInterval(86_400)
        guard let due, now.timeIntervalSince(due) > grace else { return nil }
        return "Its newest backup is \(DurationText.of(now.timeIntervalSince(newest))) old."
    }

    /// The name of the database and the number of its server, as the server says it; what the URL says where it does not.
    private func whoAmI() async -> (name: String?, system: String?) {
        guard let session = try? await open(configuration.database) else { return (databaseName, nil) }
        defer { session.connection.end() }
        return (session.facts.database, session.facts.systemIdentifier)
    }
}
