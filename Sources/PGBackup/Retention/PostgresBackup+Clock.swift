import FoundationEssentials
import GroundworkCore
import GroundworkStorage

extension PostgresBackup {
    /// Ages are counted by our clock: one that is further from the store's than this deletes nothing.
    private static let clockTolerance = 86_400.0

    /// Throws when our clock is more than a day from the store's. The newest object is a witness that costs nothing; where
    /// it is older than a day, the store is asked by a small object. A store that tells no times is no witness.
    func checkClock(_ now: Date, newest: Date?) async throws {
        guard let newest, abs(now.timeIntervalSince(newest)) > Self.clockTolerance else { return }
        guard let theirs = try await storeClock() else { return }
        let difference = now.timeIntervalSince(theirs)
        guard abs(difference) > Self.clockTolerance else { return }
        throw PGBackupError(
            .systemFailure,
            "The clock of this machine is \(DurationText.of(abs(difference))) \(difference > 0 ? "ahead of" : "behind") that of the "
                + "store \(store.location). Ages cannot be trusted, and nothing was deleted. Set the clock, by NTP for example."
        )
    }

    private func storeClock() async throws -> Date? {
        let key = keys.clockProbe
        let modified: Result<Date?, any Error>
        do {
            try await store.put(key, .text("What time it is in the store.\n"))
            modified = .success(try await store.head(key).lastModified)
        } catch {
            modified = .failure(error)
        }
        let (store, time) = (store, configuration.time)
        // Also when it failed or was cancelled: it is not to stay, and if it does it is written over next time.
        _ = try? await shielded {
            try await withDeadline(time.monotonic.advanced(by: .seconds(10)), time: time) {
                try await store.delete(key)
            }
        }
        return try modified.get()
    }
}
