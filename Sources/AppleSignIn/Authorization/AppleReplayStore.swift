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
    ///   - capacity: how many live identifiers it holds; beyond that it refuses, which fails closed.
    ///   - time: where the time comes from.
    public init(capacity: Int = 100_000, time: any TimeSource = SystemTime()) {
        self.capacity = capacity
        self.time = time
    }

    /// Takes an identifier.
    public func claim(_ id: String, until expiry: Date) async throws -> Bool {
        let now = time.now
        return entries.withLock { entries in
            if entries.count >= capacity { entries = entries.filter { $0.value > now } }
            if let known = entries[id], known > now { return false }
            guard entries.count < capacity else { return false }
            entries[id] = expiry
            return true
        }
    }

    /// Gives an identifier back.
    public func release(_ id: String) async throws {
        entries.withLock { _ = $0.removeValue(forKey: id) }
    }
}
