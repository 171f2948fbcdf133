import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import Logging

extension PostgresBackup {
    /// The runs of the past. One that cannot be read is an empty one, with a warning in the log: the history proves
    /// nothing, the manifests do.
    /// - Throws: ``PGBackupError`` when the store fails, `CancellationError`.
    public func history() async throws -> RunHistory {
        try await operation("reading of the history") { try await readHistory() }
    }

    /// Adds a run to the history.
    /// - Returns: the history with it.
    /// - Throws: ``PGBackupError`` when the store fails, `CancellationError`.
    @discardableResult
    public func remember(_ run: RunRecord) async throws -> RunHistory {
        try await operation("writing of the history") {
            var history = try await readHistory()
            history.add(run, now: configuration.time.now)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            var options = ObjectPutOptions()
            options.contentType = "application/json"
            try await store.put(keys.history, .bytes(Array(try encoder.encode(history)) + [0x0A]), options: options)
            return history
        }
    }

    private func readHistory() async throws -> RunHistory {
        do {
            let bytes = try await store.read(keys.history, upTo: 8 << 20)
            return try JSONDecoder().decode(RunHistory.self, from: Data(bytes))
        } catch let error as ObjectStoreError where error.code == .notFound {
            return RunHistory()
        } catch let error as ObjectStoreError where error.code != .tooLarge {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            logger.warning("The history of runs \(keys.history) cannot be read and is begun anew")
            return RunHistory()
        }
    }
}
