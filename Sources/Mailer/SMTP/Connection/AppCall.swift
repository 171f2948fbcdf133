import GroundworkCore

/// Waits for code of the app, which may heed no cancellation, until a deadline, if there is one, or the end of the task.
/// The code is cancelled then, and whatever comes of it later is dropped.
/// - Throws: `DeadlineExceeded`, `CancellationError` when the task is cancelled, else what `body` throws.
func waiting<Value: Sendable>(
    until deadline: ContinuousClock.Instant?,
    time: any TimeSource,
    for body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let first = FirstResult<Value>()
    let work = Task {
        do { first.take(.success(try await body())) } catch { first.take(.failure(error)) }
    }
    let timer = deadline.map { deadline in
        Task {
            try await time.sleep(until: deadline)
            first.take(.failure(DeadlineExceeded()))
        }
    }
    defer {
        work.cancel()
        timer?.cancel()
    }
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { first.whenThere($0) }
    } onCancel: {
        first.take(.failure(CancellationError()))
    }
}

/// The result that comes first, and the one who waits for it.
private final class FirstResult<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, any Error>?
        var continuation: CheckedContinuation<Value, any Error>?
    }

    private let state = Locked(State())

    func take(_ result: Result<Value, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            guard state.result == nil else { return nil }
            state.result = result
            return state.continuation.take()
        }
        continuation?.resume(with: result)
    }

    func whenThere(_ continuation: CheckedContinuation<Value, any Error>) {
        let result = state.withLock { state -> Result<Value, any Error>? in
            if state.result == nil { state.continuation = continuation }
            return state.result
        }
        if let result { continuation.resume(with: result) }
    }
}
