import GroundworkCore

/// Chunks on their way between a task and the thread that reads or writes a pipe.
///
/// At most two chunks wait; then whoever brings more waits too: that is the back-pressure. The task suspends in
/// ``wait(_:)``, the thread sleeps on ``bell``.
final class PipeExchange: Sendable {
    /// What both sides see.
    struct State {
        var chunks: [[UInt8]] = []
        /// No more chunks come in. The thread ends once it has done what is left.
        var isClosing = false
        /// The thread is done; what it has read may still be taken.
        fileprivate(set) var isEnded = false
        /// Why it ended, if not because all was done.
        fileprivate(set) var failure: (any Error)?
        fileprivate var waiter: CheckedContinuation<Void, Never>?
        fileprivate var changes = 0

        var isFull: Bool { chunks.count >= 2 }
    }

    /// Wakes the thread.
    let bell: WakeUp
    private let state = Locked(State())

    init() throws(SystemCallError) { bell = try WakeUp() }

    /// The thread's look at the state.
    func look<Result>(_ body: (State) -> Result) -> Result { state.withLock { body($0) } }

    /// The thread's change of the state, of which the task is told.
    func change(_ body: (inout State) -> Void) {
        let waiter = state.withLock { state in
            body(&state)
            state.changes += 1
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Ends both sides. A later call changes nothing, unless it drops chunks: what is missing is never a good end.
    func end(with failure: (any Error)? = nil, dropping: Bool = true) {
        change { state in
            let loses = dropping && !state.chunks.isEmpty
            if !state.isEnded || loses { state.failure = failure }
            if loses { state.chunks = [] }
            state.isEnded = true
        }
        bell.signal()
    }

    /// The task's side, for one task at a time: tries `step` after each change until it gives a value. When the task is
    /// cancelled, both sides end with `CancellationError`.
    func wait<Value: Sendable>(_ step: @Sendable (inout State) throws -> Value?) async throws -> Value {
        try await withTaskCancellationHandler {
            while true {
                let (value, changes) = try state.withLock { (try step(&$0), $0.changes) }
                if let value {
                    bell.signal()
                    return value
                }
                await withCheckedContinuation { continuation in
                    let waits = state.withLock { state in
                        guard state.changes == changes else { return false }
                        state.waiter = continuation
                        return true
                    }
                    if !waits { continuation.resume() }
                }
            }
        } onCancel: {
            end(with: CancellationError())
        }
    }
}
