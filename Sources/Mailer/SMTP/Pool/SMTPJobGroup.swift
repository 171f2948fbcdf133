import GroundworkCore

/// The messages of one call, which end together when the caller waits no longer.
final class SMTPJobGroup: Sendable {
    private struct Member {
        let job: SMTPJob
        /// When it ends by itself; nil: with all others.
        let end: ContinuousClock.Instant?
    }

    private struct State {
        var members: [Member] = []
        var reason: SMTPJob.Abort?
        /// At how many jobs those that are over are let go.
        var limit = 512
    }

    private let state = Locked(State())

    /// Why the messages are given up, once they are.
    var reason: SMTPJob.Abort? { state.withLock { $0.reason } }

    /// Adds a message; it ends at once when the others have been aborted.
    func add(_ job: SMTPJob, until end: ContinuousClock.Instant? = nil) {
        let reason = state.withLock { state -> SMTPJob.Abort? in
            guard state.reason == nil else { return state.reason }
            if state.members.count >= state.limit {
                state.members.removeAll(where: \.job.isFinished)
                state.limit = max(512, 2 * state.members.count)
            }
            state.members.append(Member(job: job, end: end))
            return nil
        }
        if let reason { job.abort(reason) }
    }

    /// Ends all messages for the one who waits, also those that are added later.
    func abort(_ reason: SMTPJob.Abort) {
        let members = state.withLock { state in
            state.reason = state.reason ?? reason
            return state.members
        }
        for member in members { member.job.abort(reason) }
    }

    /// Ends the messages whose own time is over.
    /// - Returns: when the next one's time is; nil when there is none.
    func abortExpired(now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let (expired, next) = state.withLock { state in
            state.members.removeAll(where: \.job.isFinished)
            let expired = state.members.filter { member in member.end.map { $0 <= now } ?? false }
            return (expired, state.members.compactMap(\.end).filter { $0 > now }.min())
        }
        for member in expired { member.job.abort(.deadline) }
        return next
    }
}
