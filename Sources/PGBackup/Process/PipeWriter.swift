import Glibc
import GroundworkCore

/// Writes chunks into a pipe on a thread of its own. While the child process reads nothing, ``write(_:)`` suspends.
final class PipeWriter: Sendable {
    private let end: PipeEnd
    private let exchange: PipeExchange

    /// Takes over the writing end and starts the thread.
    init(_ end: PipeEnd) throws(SystemCallError) {
        self.end = end
        exchange = try PipeExchange()
        try end.makeNonBlocking()
        try BlockingThread.start { self.loop() }
    }

    /// Hands over a chunk, once there is room for it.
    /// - Throws: `SystemCallError` with `EPIPE` when the reader has closed the pipe, `CancellationError`.
    func write(_ chunk: [UInt8]) async throws {
        if chunk.isEmpty { return }
        try await exchange.wait { state -> Void? in
            if let failure = state.failure { throw failure }
            guard !state.isFull else { return nil }
            state.chunks.append(chunk)
            return ()
        }
    }

    /// Closes the pipe once everything is written, and waits for that.
    /// - Throws: as ``write(_:)``.
    func finish() async throws {
        exchange.change { $0.isClosing = true }
        exchange.bell.signal()
        try await exchange.wait { state -> Void? in
            if let failure = state.failure { throw failure }
            return state.isEnded ? () : nil
        }
    }

    /// Closes the pipe without writing what waits.
    func stop(with failure: any Error = CancellationError()) { exchange.end(with: failure) }

    private enum Step {
        case write([UInt8])
        case sleep
        case finish
        case stop
    }

    private func loop() {
        defer { end.close() }
        while true {
            let step: Step = exchange.look { state in
                if state.isEnded { return .stop }
                if let chunk = state.chunks.first { return .write(chunk) }
                return state.isClosing ? .finish : .sleep
            }
            switch step {
            case .stop: return
            case .finish:
                // The child must see the end before whoever waits for that goes on.
                end.close()
                return exchange.end()
            case .sleep: _ = exchange.bell.wait()
            case .write(let chunk):
                if let failure = writeAll(chunk) { return exchange.end(with: failure) }
                exchange.change { if !$0.chunks.isEmpty { $0.chunks.removeFirst() } }
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
                    if exchange.look({ $0.isEnded }) { return nil }
                    _ = exchange.bell.wait(for: Int16(POLLOUT), of: end.descriptor)
                } else if errno != EINTR {
                    return .last("write to a child's input")
                }
            }
            return nil
        }
    }
}
