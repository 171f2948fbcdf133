import GroundworkCore
import GroundworkHTTP

/// Carries a response from the engine's thread to the task that reads it.
final class ResponseChannel: Sendable {
    /// What a sink got, or what the engine collected in its place.
    struct SinkResult: Sendable {
        var head: HTTPResponse
        var refusedBody: [UInt8]?
        var bytesWritten: Int64
    }

    /// What a reader of the body gets; after `resumes` it must ask the engine to receive again.
    enum Ready: Sendable {
        case chunk([UInt8]?, resumes: Bool)
        case failure(any Error)
        case nothing
    }

    private enum Waiting {
        case none
        case head(Waiter<Result<HTTPResponse, any Error>>)
        case chunk(Waiter<Ready>)
        case end(Waiter<Result<SinkResult, any Error>>)
    }

    private struct State {
        var head: HTTPResponse?
        var chunks: [[UInt8]] = []
        var firstChunk = 0
        var queued = 0
        var isPaused = false
        var outcome: Result<SinkResult?, any Error>?
        var waiter = Waiting.none

        mutating func popChunk() -> [UInt8]? {
            guard firstChunk < chunks.count else { return nil }
            let chunk = chunks[firstChunk]
            chunks[firstChunk] = []
            firstChunk += 1
            if firstChunk == chunks.count {
                chunks.removeAll(keepingCapacity: true)
                firstChunk = 0
            }
            queued -= chunk.count
            return chunk
        }
    }

    private let state = Locked(State())
    private let highWaterMark: Int

    init(highWaterMark: Int) { self.highWaterMark = highWaterMark }

    // MARK: The engine's side

    /// Publishes what came in one round. Returns whether the reader is so far behind that receiving must pause.
    func publish(head: HTTPResponse?, chunk: [UInt8]) -> Bool {
        enum Wake {
            case nobody
            case head(Waiter<Result<HTTPResponse, any Error>>, HTTPResponse)
            case chunk(Waiter<Ready>, [UInt8])
        }
        let (wake, isFull) = state.withLock { state -> (Wake, Bool) in
            var wake = Wake.nobody
            if let head { state.head = head }
            if case .head(let waiter) = state.waiter, let head = state.head {
                state.waiter = .none
                wake = .head(waiter, head)
            }
            if !chunk.isEmpty {
                if case .chunk(let waiter) = state.waiter {
                    state.waiter = .none
                    wake = .chunk(waiter, chunk)
                } else {
                    state.chunks.append(chunk)
                    state.queued += chunk.count
                }
            }
            let isFull = state.queued >= highWaterMark
            if isFull { state.isPaused = true }
            return (wake, isFull)
        }
        switch wake {
        case .nobody: break
        case .head(let waiter, let head): waiter.resume(.success(head))
        case .chunk(let waiter, let chunk): waiter.resume(.chunk(chunk, resumes: false))
        }
        return isFull
    }

    /// Ends the response; only the first call counts. `chunk` is what came last.
    func finish(_ outcome: Result<SinkResult?, any Error>, head: HTTPResponse?, chunk: [UInt8]) {
        let (waiter, known, next) = state.withLock { state -> (Waiting, HTTPResponse?, Ready) in
            guard state.outcome == nil else { return (.none, nil, .nothing) }
            state.outcome = outcome
            if let head { state.head = head }
            if !chunk.isEmpty {
                state.chunks.append(chunk)
                state.queued += chunk.count
            }
            let waiter = state.waiter
            state.waiter = .none
            if case .chunk = waiter { return (waiter, nil, Self.poll(&state, highWaterMark)) }
            return (waiter, state.head, .nothing)
        }
        switch waiter {
        case .none: break
        case .head(let waiter): waiter.resume(Self.headResult(known, outcome))
        case .chunk(let waiter): waiter.resume(next)
        case .end(let waiter): waiter.resume(Self.sinkResult(outcome))
        }
    }

    private static var headless: HTTPTransportError {
        HTTPTransportError(.internalFailure, "The exchange ended without a head.")
    }

    private static func headResult(
        _ head: HTTPResponse?,
        _ outcome: Result<SinkResult?, any Error>
    ) -> Result<HTTPResponse, any Error> {
        if let head { return .success(head) }
        return outcome.flatMap { _ in .failure(headless) }
    }

    private static func sinkResult(_ outcome: Result<SinkResult?, any Error>) -> Result<SinkResult, any Error> {
        outcome.flatMap { result in
            if let result { return .success(result) }
            return .failure(headless)
        }
    }

    // MARK: The reader's side

    /// Whether the exchange is over, whatever is still queued.
    var isFinished: Bool { state.withLock { $0.outcome != nil } }

    /// Waits for the head.
    func head() async throws -> HTTPResponse {
        try await Waiter<Result<HTTPResponse, any Error>>.wait { waiter in
            state.withLock { state in
                if let head = state.head { return .success(head) }
                if let outcome = state.outcome { return Self.headResult(nil, outcome) }
                state.waiter = .head(waiter)
                return nil
            }
        }.get()
    }

    /// Waits for the end of an exchange whose body goes into a sink.
    func end() async throws -> SinkResult {
        try await Waiter<Result<SinkResult, any Error>>.wait { waiter in
            state.withLock { state in
                if let outcome = state.outcome { return Self.sinkResult(outcome) }
                state.waiter = .end(waiter)
                return nil
            }
        }.get()
    }

    /// What can be had without waiting.
    func poll() -> Ready {
        state.withLock { Self.poll(&$0, highWaterMark) }
    }

    private static func poll(_ state: inout State, _ highWaterMark: Int) -> Ready {
        if let chunk = state.popChunk() {
            let resumes = state.isPaused && state.queued <= highWaterMark / 2
            if resumes { state.isPaused = false }
            return .chunk(chunk, resumes: resumes)
        }
        switch state.outcome {
        case .success: return .chunk(nil, resumes: false)
        case .failure(let error): return .failure(error)
        case nil: return .nothing
        }
    }

    /// Waits for the next chunk. Call ``poll()`` first.
    func chunk() async -> Ready {
        await Waiter<Ready>.wait { waiter in
            state.withLock { state in
                let ready = Self.poll(&state, highWaterMark)
                guard case .nothing = ready else { return ready }
                guard case .none = state.waiter else {
                    return .failure(
                        HTTPTransportError(.bodyAlreadyConsumed, "Two tasks read the response's body at the same time.")
                    )
                }
                state.waiter = .chunk(waiter)
                return nil
            }
        }
    }
}
