import GroundworkCore

extension SMTPPool {
    /// Keeps a connection that nobody uses, until it is used again or its time is over.
    func park(_ connection: SMTPConnection, in state: inout State) {
        state.unused.append(Unused(connection: connection, since: time.monotonic))
        guard state.reaper == nil else { return }
        state.reaper = Task { await reap() }
    }

    /// Closes connections whose time is over; ends with the last one.
    private func reap() async {
        while let deadline = nextExpiry() {
            do { try await time.sleep(until: deadline) } catch { return }
            let expired = state.withLock { state in
                let expired = state.unused.filter(isExpired)
                state.unused.removeAll(where: isExpired)
                return expired
            }
            for unused in expired { leave(unused.connection) }
        }
    }

    private func nextExpiry() -> ContinuousClock.Instant? {
        state.withLock { state in
            guard let oldest = state.unused.map(\.since).min() else {
                state.reaper = nil
                return nil
            }
            return oldest.advanced(by: configuration.idleTimeout)
        }
    }

    /// How many connections lie unused.
    var unusedCount: Int { state.withLock { $0.unused.count } }

    /// Takes no more messages in, lets those under way and those that wait end, and closes all connections.
    func shutDown() async {
        closeUnused()
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.workers > 0 { state.observers.append(continuation) }
                return state.workers == 0
            }
            if isIdle { continuation.resume() }
        }
        closeUnused()
    }

    /// Takes no more messages in and closes the connections that nobody uses.
    func closeUnused() {
        let (unused, reaper) = state.withLock { state in
            defer {
                state.unused = []
                state.reaper = nil
            }
            state.isShutDown = true
            return (state.unused, state.reaper)
        }
        reaper?.cancel()
        for unused in unused { leave(unused.connection) }
    }
}
