/// What a deadline that passed throws.
package struct DeadlineExceeded: Error {
    package init() {}
}

/// Runs `operation` and cancels it when `deadline` passes.
///
/// The operation must honour cancellation: the call returns only once it has ended.
/// - Throws: ``DeadlineExceeded`` when the deadline passed first, else what the operation throws.
package func withDeadline<Result: Sendable>(
    _ deadline: ContinuousClock.Instant?,
    time: some TimeSource,
    _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    guard let deadline else { return try await operation() }
    return try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await time.sleep(until: deadline)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else { throw DeadlineExceeded() }
        return result
    }
}
