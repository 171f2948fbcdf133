import GroundworkCore

/// The last bytes that a process wrote.
final class OutputTail: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var dropped: Int64 = 0
        var isClosed = false
    }

    private let limit: Int
    private let state = Locked(State())

    init(limit: Int) { self.limit = max(1, limit) }

    func append(_ chunk: some Collection<UInt8>) {
        state.withLock { state in
            state.bytes.append(contentsOf: chunk)
            // Cutting only at twice the limit keeps the cost of a byte constant.
            if state.bytes.count > 2 * limit { trim(&state) }
        }
    }

    func close() { state.withLock { $0.isClosed = true } }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// The bytes that are left and how many were dropped before them.
    var contents: (bytes: [UInt8], dropped: Int64) {
        state.withLock { state in
            trim(&state)
            return (state.bytes, state.dropped)
        }
    }

    private func trim(_ state: inout State) {
        let excess = state.bytes.count - limit
        guard excess > 0 else { return }
        state.bytes.removeFirst(excess)
        state.dropped += Int64(excess)
    }
}
