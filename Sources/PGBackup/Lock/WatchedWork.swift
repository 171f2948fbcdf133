/// Does `work` while `watch` waits; a watch that ends cancels it, lets it clean up after itself, and throws `lost`.
func watched<Result: Sendable>(
    _ watch: @escaping @Sendable () async throws -> Void,
    lost: @escaping @Sendable () -> PGBackupError,
    work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await watch()
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else {
            group.cancelAll()
            _ = try? await group.next()
            try Task.checkCancellation()
            throw lost()
        }
        return result
    }
}
