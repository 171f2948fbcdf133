import Glibc
import GroundworkCore

/// Reads a pipe on a thread of its own and hands out chunks on demand.
///
/// At most two chunks wait; then the thread stops reading, the pipe fills, and the child process waits: that is the
/// back-pressure.
final class PipeReader: Sendable {
    /// The largest chunk. Larger ones save nothing: measured on a dump of 1 GiB.
    static let chunkSize = 256 << 10
    private static let depth = 2

    private struct State {
        var chunks: [[UInt8]] = []
        var waiter: CheckedContinuation<[UInt8]?, any Error>?
        /// No more chunks will come.
        var ended = false
        var failure: (any Error)?
        /// End where the pipe runs dry: whoever wrote to it has exited.
        var endsWhenDry = false
    }

    private let end: PipeEnd
    private let wake: WakeUp
    private let state = Locked(State())

    /// Takes over the reading end and starts the thread.
    init(_ end: PipeEnd) throws(SystemCallError) {
        self.end = end
        wake = try WakeUp()
        try end.makeNonBlocking()
        try BlockingThread.start { self.loop() }
    }

    /// The next chunk, or nil at the end.
    func next() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<[UInt8]?, any Error>? = state.withLock { state in
                    if !state.chunks.isEmpty { return .success(state.chunks.removeFirst()) }
                    if let failure = state.failure { return .failure(failure) }
                    if state.ended { return .success(nil) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiter = continuation
                    return nil
                }
                wake.signal()
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            stop(with: CancellationError())
        }
    }

    /// Makes the end of what is in the pipe now the end of the stream: the child has exited, and a grandchild that
    /// still holds the pipe open must not keep us waiting.
    func endWhenDry() {
        state.withLock { $0.endsWhenDry = true }
        wake.signal()
    }

    /// Stops reading. Chunks not yet handed out are dropped.
    func stop(with failure: any Error = CancellationError()) {
        finish(failure, dropping: true)
        wake.signal()
    }

    private func finish(_ failure: (any Error)?, dropping: Bool = false) {
        let waiter = state.withLock { state in
            if dropping { state.chunks = [] }
            if !state.ended { state.failure = failure }
            state.ended = true
            defer { state.waiter = nil }
            return state.chunks.isEmpty ? state.waiter : nil
        }
        if let failure { waiter?.resume(throwing: failure) } else { waiter?.resume(returning: nil) }
    }

    private func loop() {
        defer { end.close() }
        while true {
            // Wait for room.
            while state.withLock({ !$0.ended && $0.chunks.count >= Self.depth }) { _ = wake.wait(for: 0) }
            if state.withLock({ $0.ended }) { return }
            let (chunk, atEnd, failure) = fill()
            if !chunk.isEmpty { deliver(chunk) }
            if atEnd || failure != nil {
                finish(failure)
                return
            }
        }
    }

    private func deliver(_ chunk: [UInt8]) {
        let waiter = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
            guard !state.ended else { return nil }
            guard let waiter = state.waiter else {
                state.chunks.append(chunk)
                return nil
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume(returning: chunk)
    }

    /// Reads until a chunk is full, the pipe is at its end, or it has been dry for 5 ms: the small writes of a child
    /// become few large chunks.
    private func fill() -> (chunk: [UInt8], atEnd: Bool, failure: SystemCallError?) {
        var atEnd = false
        var failure: SystemCallError?
        let chunk = unsafe [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { buffer, filled in
            while filled < buffer.count {
                let start = unsafe buffer.baseAddress?.advanced(by: filled)
                let count = unsafe read(end.descriptor, start, buffer.count - filled)
                if count > 0 {
                    filled += count
                } else if count == 0 {
                    atEnd = true
                    return
                } else if errno == EAGAIN {
                    let (ended, endsWhenDry) = state.withLock { ($0.ended, $0.endsWhenDry) }
                    if ended { return }
                    if endsWhenDry {
                        // Looked at after the flag was set: dry now means dry for good.
                        var available: Int32 = 0
                        if unsafe ioctl(end.descriptor, UInt(FIONREAD), &available) != 0 || available == 0 {
                            atEnd = true
                            return
                        }
                        continue
                    }
                    let ready = wake.wait(
                        for: Int16(POLLIN),
                        of: end.descriptor,
                        milliseconds: filled > 0 ? 5 : -1
                    )
                    if !ready, filled > 0 { return }
                } else if errno != EINTR {
                    failure = .last("read of a child's output")
                    return
                }
            }
        }
        // A short chunk must not hold the memory of a full one: many of them may wait to be compressed together.
        guard chunk.count < Self.chunkSize / 2 else { return (chunk, atEnd, failure) }
        var short: [UInt8] = []
        short.reserveCapacity(chunk.count)
        short.append(contentsOf: chunk)
        return (short, atEnd, failure)
    }
}
