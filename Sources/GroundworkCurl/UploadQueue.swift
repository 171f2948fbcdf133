import GroundworkCore
import GroundworkHTTP

/// Carries the chunks of a request's body from the task that makes them to the engine's thread.
final class UploadQueue: Sendable {
    private struct State {
        var chunks: [[UInt8]] = []
        var first = 0
        var queued = 0
        var isComplete = false
        var isClosed = false
        /// The engine found nothing and paused; the next chunk resumes it.
        var isStarved = false
        var producer: Waiter<Void>?
    }

    enum Pulled { case chunk([UInt8]), complete, nothing }

    private let state = Locked(State())
    private let highWaterMark: Int

    init(highWaterMark: Int) { self.highWaterMark = highWaterMark }

    // MARK: The engine's side

    /// Takes the next chunk.
    /// - Parameter mayStarve: whether the engine pauses if there is nothing, and so must be told of the next chunk.
    func pull(mayStarve: Bool) -> Pulled {
        let (pulled, producer) = state.withLock { state -> (Pulled, Waiter<Void>?) in
            guard state.first < state.chunks.count else {
                if state.isComplete { return (.complete, nil) }
                if mayStarve { state.isStarved = true }
                return (.nothing, nil)
            }
            let chunk = state.chunks[state.first]
            state.chunks[state.first] = []
            state.first += 1
            if state.first == state.chunks.count {
                state.chunks.removeAll(keepingCapacity: true)
                state.first = 0
            }
            state.queued -= chunk.count
            guard state.queued <= highWaterMark / 2 else { return (.chunk(chunk), nil) }
            defer { state.producer = nil }
            return (.chunk(chunk), state.producer)
        }
        producer?.resume(())
        return pulled
    }

    /// Ends the exchange: nothing more is taken, and a waiting producer goes on to find that out.
    func close() {
        let producer = state.withLock { state -> Waiter<Void>? in
            state.isClosed = true
            state.chunks = []
            state.first = 0
            state.queued = 0
            defer { state.producer = nil }
            return state.producer
        }
        producer?.resume(())
    }

    // MARK: The producer's side

    /// Queues a chunk and waits while too much is queued.
    /// - Parameter wake: called when the engine starves.
    /// - Throws: `CancellationError` when the exchange is over.
    func offer(_ chunk: [UInt8], wake: () -> Void) async throws {
        let (wasStarved, isFull) = try state.withLock { state throws -> (Bool, Bool) in
            guard !state.isClosed else { throw CancellationError() }
            state.chunks.append(chunk)
            state.queued += chunk.count
            defer { state.isStarved = false }
            return (state.isStarved, state.queued >= highWaterMark)
        }
        if wasStarved { wake() }
        guard isFull else { return }
        await Waiter<Void>.wait { waiter in
            state.withLock { state in
                if state.isClosed || state.queued < highWaterMark { return () }
                state.producer = waiter
                return nil
            }
        }
        guard !state.withLock({ $0.isClosed }) else { throw CancellationError() }
    }

    /// Says that no chunk follows. Returns whether the engine starves and must be told.
    func complete() -> Bool {
        state.withLock { state in
            state.isComplete = true
            defer { state.isStarved = false }
            return state.isStarved
        }
    }
}

extension UploadQueue {
    /// Feeds a body's chunks into the queue and holds them to the declared length.
    ///
    /// The chunk that reaches the length waits until the sequence has ended, so that a body that is too long is never
    /// sent as a whole.
    func pump(_ chunks: HTTPBody.Chunks, declared: Int64?, wake: () -> Void) async throws {
        var total: Int64 = 0
        var last: [UInt8]?
        for try await chunk in chunks where !chunk.isEmpty {
            total += Int64(chunk.count)
            if let declared, total > declared { throw Self.mismatch("more than \(declared)", declared) }
            if total == declared {
                last = chunk
            } else {
                try await offer(chunk, wake: wake)
            }
        }
        if let declared, total != declared { throw Self.mismatch("\(total)", declared) }
        if let last { try await offer(last, wake: wake) }
        if complete() { wake() }
    }

    static func mismatch(_ actual: String, _ declared: Int64) -> HTTPTransportError {
        HTTPTransportError(
            .bodyLengthMismatch,
            "The request's body has \(actual) bytes where \(declared) were declared."
        )
    }
}
