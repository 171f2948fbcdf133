/// A bucket of retry tokens shared by all requests of one client.
///
/// A retry takes tokens, a success gives some back. When a service is down the bucket runs dry and the client stops
/// multiplying its load.
package final class TokenBucket: Sendable {
    package let capacity: Double
    private let tokens: Locked<Double>

    package init(capacity: Double) {
        self.capacity = max(0, capacity)
        tokens = Locked(max(0, capacity))
    }

    /// Takes `cost` tokens if they are there.
    package func take(_ cost: Double) -> Bool {
        tokens.withLock { available in
            guard available >= cost else { return false }
            available -= cost
            return true
        }
    }

    /// Gives tokens back, up to the capacity.
    package func give(_ amount: Double) {
        tokens.withLock { $0 = min(capacity, $0 + amount) }
    }

    /// The tokens left.
    package var available: Double { tokens.withLock { $0 } }
}
