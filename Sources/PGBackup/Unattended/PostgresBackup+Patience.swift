import FoundationEssentials
import GroundworkCore
import Logging

extension PostgresBackup {
    /// Like ``runUnattended(_:progress:)``, for a process that lives on: it returns even when the run does not.
    ///
    /// A run is stopped at its deadline. One that does not heed that, because a call of the system or of the store never
    /// returns, is left behind: people are told that it failed, the history says so, and the next run can begin when it is
    /// due. What hangs may still hold the lock; then that next run is ``RunStatus/busy``, and only a new process helps.
    /// - Parameters:
    ///   - options: without ``UnattendedOptions/deadline`` the run is waited for however long it takes.
    ///   - patience: how long after its deadline the run is waited for. What follows a deadline takes up to three minutes:
    ///     what was begun is removed, and the run is told of.
    ///   - progress: called now and then while the run works.
    /// - Throws: `CancellationError` only, when there is no backup.
    public func runUnattended(
        _ options: UnattendedOptions,
        leavingBehindAfter patience: Duration,
        progress: BackupProgressHandler? = nil
    ) async throws -> RunOutcome {
        guard let deadline = options.deadline else { return try await runUnattended(options, progress: progress) }
        let startedAt = configuration.time.now
        let limit = max(.zero, deadline) + max(.zero, patience)
        let result = await result(within: limit) { try await runUnattended(options, progress: progress) }
        if let result { return try result.get() }
        let error = PGBackupError(
            .timedOut,
            "The run did not end within \(limit.seconds) seconds, although its deadline was \(deadline.seconds): something in "
                + "it hangs. It was left behind. While it holds its lock the next run is busy; then begin the process anew."
        )
        return await leftBehind(RunRecord(startedAt: startedAt, duration: limit, error: error), error, options)
    }

    /// Tells of a run that has not ended. What hangs may be the store, so that nothing of it is waited for long.
    private func leftBehind(
        _ record: RunRecord,
        _ error: PGBackupError,
        _ options: UnattendedOptions
    ) async -> RunOutcome {
        var outcome = RunOutcome(status: .failed)
        outcome.error = error
        let name = options.databaseName ?? "\(configuration.database)"
        let past = await result(within: .seconds(30)) { try await history() }
        let before = (try? past?.get()) ?? RunHistory()
        let events = before.events(after: record, database: name, hadBackups: true, now: configuration.time.now)
        outcome.undelivered = await options.notifications.deliver(events)
        let written = await result(within: .seconds(30)) { try await remember(record) }
        if (try? written?.get()) == nil {
            outcome.warnings.append("The history of runs could not be written: the store did not take it.")
        }
        for notice in outcome.notices { logger.warning("\(notice)") }
        return outcome
    }

    /// Runs `body` for so long, and then leaves it behind, cancelled, whether or not it heeds that.
    /// - Returns: nil when it did not end.
    private func result<Value: Sendable>(
        within limit: Duration,
        _ body: @escaping @Sendable () async throws -> Value
    ) async -> Result<Value, any Error>? {
        let (time, promise) = (configuration.time, Promise<Result<Value, any Error>?>())
        let end = time.monotonic.advanced(by: limit)
        // No child task: that would be waited for.
        let work = Task {
            do {
                promise.fulfil(.success(try await body()))
            } catch {
                promise.fulfil(.failure(error))
            }
        }
        let watch = Task {
            do {
                try await time.sleep(until: end)
                promise.fulfil(nil)
            } catch {
                // It ended in time.
            }
        }
        defer { watch.cancel() }
        return await withTaskCancellationHandler {
            let value = await promise.value
            if value == nil { work.cancel() }
            return value
        } onCancel: {
            work.cancel()
        }
    }
}
