import GroundworkCore

/// Remembers which events were seen, for providers report some of them more than once. Bounded: the oldest are forgotten.
///
/// In one process only; where several take webhooks, keep ``MailEvent/deduplicationKey`` in a table with a unique index.
public final class MailEventDeduplicator: Sendable {
    private struct State {
        var keys: Set<String> = []
        /// The keys in their order, as a ring.
        var ring: [String] = []
        var next = 0
    }

    private let state = Locked(State())
    /// How many events are remembered.
    public let capacity: Int

    /// Makes one that remembers so many events; at least one.
    public init(capacity: Int = 100_000) { self.capacity = max(1, capacity) }

    /// Notes an event.
    /// - Returns: whether it is new. One that could not be handled is given back with ``remove(_:)``.
    public func insert(_ event: MailEvent) -> Bool {
        let key = event.deduplicationKey
        return state.withLock { state in
            guard state.keys.insert(key).inserted else { return false }
            if state.ring.count < capacity {
                state.ring.append(key)
            } else {
                state.keys.remove(state.ring[state.next])
                state.ring[state.next] = key
                state.next = (state.next + 1) % capacity
            }
            return true
        }
    }

    /// Forgets an event, so that it counts as new when it is reported again.
    public func remove(_ event: MailEvent) {
        state.withLock { state in
            guard state.keys.remove(event.deduplicationKey) != nil,
                let place = state.ring.firstIndex(of: event.deduplicationKey)
            else { return }
            // The place stays taken, by a name that no event has, until its turn comes.
            state.ring[place] = ""
        }
    }

    /// How many events are remembered at the moment.
    public var count: Int { state.withLock { $0.keys.count } }
}
