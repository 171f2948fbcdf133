import GroundworkCore

/// The messages of one call, which end together when the caller waits no longer.
final class SMTPJobGroup: Sendable {
    private struct State {
        var jobs: [SMTPJob] = []
        var reason: SMTPJob.Abort?
        /// At how many jobs those that are over are let go.
        var limit = 512
    }

    private let state = Locked(State())

    /// Adds a message; it ends at once when the others have been aborted.
    func add(_ job: SMTPJob) {
        let reason = state.withLock { state -> SMTPJob.Abort? in
            guard state.reason == nil else { return state.reason }
            if state.jobs.count >= state.limit {
                state.jobs.removeAll(where: \.isFinished)
                state.limit = max(512, 2 * state.jobs.count)
            }
            state.jobs.append(job)
            return nil
        }
        if let reason { job.abort(reason) }
    }

    /// Ends all messages for the one who waits, also those that are added later.
    func abort(_ reason: SMTPJob.Abort) {
        let jobs = state.withLock { state in
            defer { state.jobs = [] }
            state.reason = state.reason ?? reason
            return state.jobs
        }
        for job in jobs { job.abort(reason) }
    }
}
