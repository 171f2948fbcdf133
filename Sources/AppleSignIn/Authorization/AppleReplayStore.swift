public import FoundationEssentials
public import GroundworkCore

/// Remembers what was used once: sealed states, and the `jti` of notifications.
///
/// With several servers, conform your database or Redis (`SET id 1 NX EXAT expiry`):
///
///     struct Sessions: AppleReplayStore {
///         func claim(_ id: String, until expiry: Date) async throws -> Bool {
///             try await redis.setIfAbsent("apple:\(id)", expiry: expiry)
///         }
///         func release(_ id: String) async throws { try await redis.delete("apple:\(id)") }
///     }
public protocol AppleReplayStore: Sendable {
    /// Takes an identifier: true for the first caller, false for every later one until `expiry`.
    ///
    /// Throw when that cannot be told: neither true nor false would be right.
    func claim(_ id: String, until expiry: Date) async throws -> Bool

    /// Gives an identifier back, because what it was taken for has failed and may come again.
    func release(_ id: String) async throws
}

/// Remembers in the memory of this process, with a limit. Enough for one server.
public final class InMemoryAppleReplayStore: AppleReplayStore {
    private let entries = Locked<[String: Date]>([:])
    private let capacity: Int
    private let time: any TimeSource

    /// Makes an empty store.
    /// - Parameters:
    ///   - capacity: how many live identifiers it holds; beyond that claims fail with a retryable error.
    ///   - time: where the time comes from.
    public init(capacity: Int = 100_000, time: any TimeSource = SystemTime()) {
        self.capacity = capacity
        self.time = time
    }

    /// Takes an identifier.
    /// - Throws: ``AppleSignInError``, retryable, when the store is full of identifiers that still live.
    public func claim(_ id: String, until expiry: Date) async throws -> Bool {
        let now = time.now
        return try entries.withLock { entries throws(AppleSignInError) in
            if let known = entries[id], known > now { return false }
            if entries.count >= capacity { entries = entries.filter { $0.value > now } }
            guard entries.count < capacity else {
                // Not false: a notification would be taken for one that was stored before, and be lost.
                throw AppleSignInError(
                    .unavailable,
                    "The store of used states and notifications is full; give it a larger capacity.",
                    isRetryable: true
                )
            }
            entries[id] = expiry
            return true
        }
    }

    /// Gives an identifier back.
    public func release(_ id: String) async throws {
        entries.withLock { _ = $0.removeValue(forKey: id) }
    }
}
