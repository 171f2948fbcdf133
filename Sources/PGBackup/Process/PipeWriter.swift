import Glibc
import GroundworkCore

/// Writes chunks into a pipe on a thread of its own.
///
/// At most two chunks wait; then ``write(_:)`` suspends: that is the back-pressure.
final class PipeWriter: Sendable {
    private static let depth = 2

    private struct State {
        var chunks: [[UInt8]] = []
        var waiter: CheckedContinuation<Void, any Error>?
        /// The pipe is to be closed once the chunks are written.
        var finishing = false
        /// The thread has ended.
        var ended = false
        var failure: (any Error)?
    }

    private let end: PipeEnd
    private let wake: WakeUp
    private let state = Locked(State())

    /// Takes over the writing end and starts the thread.
    init(_ end: PipeEnd) throws(SystemCallError) {
        self.end = end
        wake = try WakeUp()
        try end.makeNonBlocking()
        try BlockingThread.start { self.loop() }
    }

    /// Hands over a chunk, once there is room for it.
    /// - Throws: `SystemCallError` with `EPIPE` when the reader has closed the pipe, `CancellationError`.
    func write(_ chunk: [UInt8]) async throws {
        if chunk.isEmpty { return }
        try await wait { state in
            guard state.chunks.count < Self.depth else { return false }
            state.chunks.append(chunk)
            return true
        }
    }

    /// Closes the pipe once everything is written, and waits for that.
    /// - Throws: as ``write(_:)``.
    func finish() async throws {
        state.withLock { $0.finishing = true }
        wake.signal()
        try await wait { $0.ended }
    }

    /// Closes the pipe without writing what waits.
    func stop(with failure: any Error = CancellationError()) {
        end(with: failure)
        wake.signal()
    }

    /// Suspends until `step` says yes or the pipe is done for.
    private func wait(_ step: @escaping @Sendable (inout State) -> Bool) async throws {
        while true {
            let done = try state.withLock { state in
                if let failure = state.failure { throw failure }
                return step(&state)
            }
            wake.signal()
            if done { return }
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                    let outcome: Result<Void, any Error>? = state.withLock { state in
                        if let failure = state.failure { return .failure(failure) }
                        if Task.isCancelled { return .failure(CancellationError()) }
                        if state.ended || (!state.finishing && state.chunks.count < Self.depth) { return .success(()) }
                        state.waiter = continuation
                        return nil
                    }
                    if let outcome { continuation.resume(with: outcome) }
                }
            } onCancel: {
                stop()
            }
        }
    }

    private func end(with failure: (any Error)?) {
        let waiter = state.withLock { state in
            if !state.ended { state.failure = failure }
            state.ended = true
            state.chunks = []
            defer { state.waiter = nil }
            return state.waiter
        }
        if let failure { waiter?.resume(throwing: failure) } else { waiter?.resume() }
    }

    private enum Step {
        case write([UInt8])
        case sleep
        case close
        case stop
    }

    private func loop() {
        defer { end.close() }
        while true {
            let step: Step = state.withLock { state in
                if state.ended { return .stop }
                if let chunk = state.chunks.first { return .write(chunk) }
                return state.finishing ? .close : .sleep
            }
            switch step {
            case .stop:
                return
            case .close:
                end.close()
                end(with: nil)
                return
            case .sleep:
                _ = wake.wait(for: 0)
            case .write(let chunk):
                if let failure = writeAll(chunk) {
                    end(with: failure)
                    return
                }
                let waiter = state.withLock { state in
                    if !state.chunks.isEmpty { state.chunks.removeFirst() }
                    guard !state.finishing else { return nil as CheckedContinuation<Void, any Error>? }
                    defer { state.waiter = nil }
                    return state.waiter
                }
                waiter?.resume()
            }
        }
    }

    private func writeAll(_ chunk: [UInt8]) -> SystemCallError? {
        unsafe chunk.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let start = unsafe bytes.baseAddress?.advanced(by: done)
                let count = unsafe Glibc.write(end.descriptor, start, bytes.count - done)
                if count > 0 {
                    done += count
                } else if errno == EAGAIN {
                    if state.withLock({ $0.ended }) { return nil }
                    _ = wake.wait(for: Int16(POLLOUT), of: end.descriptor)
                } else if errno != EINTR {
                    return .last("write to a child's input")
                }
            }
            return nil
        }
    }
}
