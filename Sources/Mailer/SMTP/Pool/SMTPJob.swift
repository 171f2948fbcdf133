import GroundworkCore
import GroundworkSockets

/// One message on its way through the pool, and the one who waits for it. Whoever ends it first decides.
final class SMTPJob: Sendable {
    typealias Outcome = Result<[SMTPAnswer], any Error>

    /// Why the one who waits does so no longer.
    enum Abort: Sendable {
        case cancelled, deadline
        /// The time for handing it over is past; what the server may have already is waited for.
        case handover
    }

    private enum Stage {
        /// Nothing of it was sent, or nothing that counts.
        case waiting
        /// Its turn on a connection; the end of its content has not gone out.
        case running(any ByteStream)
        /// The end of its content goes out: the server may have it. With what is known of each recipient.
        case ending(any ByteStream, [SMTPAnswer])
        /// What became of it is known, and the one who waits is about to be told.
        case settled(Outcome)
        case finished(Outcome)

        /// Whether what becomes of it is undecided.
        var isOpen: Bool {
            switch self {
            case .waiting, .running, .ending: true
            case .settled, .finished: false
            }
        }
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
    func outcome() async throws -> [SMTPAnswer] {
        try await withCheckedThrowingContinuation { continuation in
            whenFinished { continuation.resume(with: $0) }
        }
    }

    var isFinished: Bool {
        state.withLock { !$0.stage.isOpen }
    }

    /// Its turn on a connection; false when it is over already.
    func begin(on stream: any ByteStream) -> Bool {
        state.withLock { state in
            guard state.stage.isOpen else { return false }
            state.stage = .running(stream)
            return true
        }
    }

    /// What ends the task that sends it when it is aborted: it may wait for the content.
    func setCancellation(_ cancel: @escaping @Sendable () -> Void) {
        let isFinished = state.withLock { state in
            guard state.stage.isOpen else { return true }
            state.cancel = cancel
            return false
        }
        if isFinished { cancel() }
    }

    /// The end of the content is about to go out; false when it must not, since nobody waits any more.
    func contentEnds(_ answers: [SMTPAnswer]) -> Bool {
        state.withLock { state in
            guard case .running(let stream) = state.stage else { return false }
            state.stage = .ending(stream, answers)
            return true
        }
    }

    /// It goes back to those that wait: nothing that counts was sent.
    func rewind() {
        state.withLock { state in
            if case .running = state.stage { state.stage = .waiting }
        }
    }

    /// Says what became of it. The one who waits is told by ``tell()``; nobody can give it up any more, nor close the
    /// connection, which may be another's by then.
    /// - Returns: false when it was given up before: whoever did so is about to close the connection.
    @discardableResult
    func settle(_ outcome: Outcome) -> Bool {
        state.withLock { state in
            guard state.stage.isOpen else { return false }
            state.stage = .settled(outcome)
            state.cancel = nil
            return true
        }
    }

    /// Tells the one who waits what became of it.
    func tell() {
        let told = state.withLock { state -> (Outcome, (@Sendable (Outcome) -> Void)?)? in
            guard case .settled(let outcome) = state.stage else { return nil }
            state.stage = .finished(outcome)
            return (outcome, state.completion.take())
        }
        if let (outcome, completion) = told { completion?(outcome) }
    }

    func finish(_ outcome: Outcome) {
        settle(outcome)
        tell()
    }

    /// Ends it for the one who waits. The outcome is certain before the end of the content went out, and unknown after.
    func abort(_ reason: Abort) {
        let ended = state.withLock { state -> Ended? in
            var ended = Ended(outcome: .failure(reason.error), completion: state.completion, cancel: state.cancel)
            switch state.stage {
            case .waiting: break
            case .running(let stream): ended.stream = stream
            case .ending(let stream, let answers):
                if reason == .handover { return nil }
                ended.stream = stream
                ended.outcome = .success(answers)
            case .finished, .settled: return nil
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
    /// What the one who waits is told as long as nothing went out.
    var error: any Error {
        switch self {
        case .cancelled: CancellationError()
        case .deadline, .handover: SMTPFailure(.deadlineExceeded, "The deadline passed before the message was sent.")
        }
    }
}
