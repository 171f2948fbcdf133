import GroundworkCore
import GroundworkSockets

/// One message on its way through the pool, and the one who waits for it. Whoever ends it first decides.
final class SMTPJob: Sendable {
    typealias Outcome = Result<[MailOutcome], any Error>

    /// Why the one who waits does so no longer.
    enum Abort: Sendable {
        case cancelled, deadline
    }

    private enum Stage {
        /// Nothing of it was sent, or nothing that counts.
        case waiting
        /// Its turn on a connection; the end of its content has not gone out.
        case running(any ByteStream)
        /// The end of its content goes out: the server may have it. With what is known of each recipient.
        case ending(any ByteStream, [MailOutcome])
        case finished(Outcome)
    }

    private struct State {
        var stage = Stage.waiting
        var completion: (@Sendable (Outcome) -> Void)?
        var cancel: (@Sendable () -> Void)?
    }

    let message: SMTPMessage
    private let state = Locked(State())

    init(_ message: SMTPMessage) { self.message = message }

    /// Calls `completion` once it is over, at once if it is.
    func whenFinished(_ completion: @escaping @Sendable (Outcome) -> Void) {
        let outcome = state.withLock { state -> Outcome? in
            if case .finished(let outcome) = state.stage { return outcome }
            state.completion = completion
            return nil
        }
        if let outcome { completion(outcome) }
    }

    /// Waits until it is over.
    func outcome() async throws -> [MailOutcome] {
        try await withCheckedThrowingContinuation { continuation in
            whenFinished { continuation.resume(with: $0) }
        }
    }

    var isFinished: Bool {
        state.withLock { if case .finished = $0.stage { true } else { false } }
    }

    /// Its turn on a connection; false when it is over already.
    func begin(on stream: any ByteStream) -> Bool {
        state.withLock { state in
            if case .finished = state.stage { return false }
            state.stage = .running(stream)
            return true
        }
    }

    /// What ends the task that sends it when it is aborted: it may wait for the content.
    func setCancellation(_ cancel: @escaping @Sendable () -> Void) {
        let isFinished = state.withLock { state in
            if case .finished = state.stage { return true }
            state.cancel = cancel
            return false
        }
        if isFinished { cancel() }
    }

    /// The end of the content is about to go out; false when it must not, since nobody waits any more.
    func contentEnds(_ outcomes: [MailOutcome]) -> Bool {
        state.withLock { state in
            guard case .running(let stream) = state.stage else { return false }
            state.stage = .ending(stream, outcomes)
            return true
        }
    }

    /// It goes back to those that wait: nothing that counts was sent.
    func rewind() {
        state.withLock { state in
            if case .running = state.stage { state.stage = .waiting }
        }
    }

    func finish(_ outcome: Outcome) {
        let completion = state.withLock { state -> (@Sendable (Outcome) -> Void)? in
            if case .finished = state.stage { return nil }
            state.stage = .finished(outcome)
            state.cancel = nil
            return state.completion.take()
        }
        completion?(outcome)
    }

    /// Ends it for the one who waits. The outcome is certain before the end of the content went out, and unknown after.
    func abort(_ reason: Abort) {
        let ended = state.withLock { state -> Ended? in
            var ended = Ended(outcome: .failure(reason.error), completion: state.completion, cancel: state.cancel)
            switch state.stage {
            case .waiting: break
            case .running(let stream): ended.stream = stream
            case .ending(let stream, let outcomes):
                ended.stream = stream
                ended.outcome = .success(outcomes)
            case .finished: return nil
            }
            state = State(stage: .finished(ended.outcome))
            return ended
        }
        guard let ended else { return }
        ended.completion?(ended.outcome)
        ended.cancel?()
        ended.stream?.close()
    }

    private struct Ended {
        var outcome: Outcome
        var completion: (@Sendable (Outcome) -> Void)?
        var cancel: (@Sendable () -> Void)?
        var stream: (any ByteStream)?
    }
}

extension SMTPJob.Abort {
    fileprivate var error: any Error {
        switch self {
        case .cancelled: CancellationError()
        case .deadline: SMTPFailure(.deadlineExceeded, "The deadline passed before the message was sent.")
        }
    }
}
