import Glibc
import GroundworkCore

/// Reads a pipe on a thread of its own and hands out chunks on demand. While nobody takes them the pipe fills, and the
/// child process waits.
final class PipeReader: Sendable {
    /// The largest chunk. Larger ones save nothing: measured on a dump of 1 GiB.
    static let chunkSize = 256 << 10
    /// A pipe that stays dry for so many rests is not waited for any longer when there is something to hand out.
    private static let rests = 5

    private let end: PipeEnd
    private let exchange: PipeExchange
    /// How long a rest is, in microseconds.
    private let rest: UInt32

    /// Takes over the reading end and starts the thread.
    init(_ end: PipeEnd) throws(SystemCallError) {
        self.end = end
        exchange = try PipeExchange()
        try end.makeNonBlocking()
        // What a child that writes 1 GB/s needs to fill the pipe: it is never kept waiting by a rest.
        rest = UInt32(clamping: max(64, end.pipeCapacity >> 10))
        try BlockingThread.start { self.loop() }
    }

    /// The next chunk, or nil at the end.
    /// - Throws: `SystemCallError`, `CancellationError`.
    func next() async throws -> [UInt8]? {
        try await exchange.wait { state -> [UInt8]?? in
            if !state.chunks.isEmpty { return state.chunks.removeFirst() }
            if let failure = state.failure { throw failure }
            return state.isEnded ? .some(nil) : nil
        }
    }

    /// Makes the end of what is in the pipe now the end of the stream: the child has exited, and a grandchild that
    /// still holds the pipe open must not keep us waiting.
    func endWhenDry() {
        exchange.change { $0.isClosing = true }
        exchange.bell.signal()
    }

    /// Whether all was read that the child wrote, and nobody has taken the last of it.
    var holdsEverything: Bool { exchange.look { $0.isEnded && !$0.chunks.isEmpty } }

    /// Stops reading. Chunks not yet handed out are dropped.
    func stop() { exchange.end(with: CancellationError()) }

    private func loop() {
        defer { end.close() }
        while true {
            while exchange.look({ $0.isFull && !$0.isEnded }) { _ = exchange.bell.wait() }
            if exchange.look({ $0.isEnded }) { return }
            let (chunk, atEnd, failure) = fill()
            if !chunk.isEmpty { exchange.change { if !$0.isEnded { $0.chunks.append(chunk) } } }
            if atEnd || failure != nil { return exchange.end(with: failure, dropping: false) }
        }
    }

    /// Reads until a chunk is full, the pipe is at its end, or it has been dry for a while.
    ///
    /// A dry pipe is not polled but left alone for a moment: pg_dump writes 4 KiB at a time, and to be woken by each of
    /// its writes would cost both processes more than all the rest of the reading.
    private func fill() -> (chunk: [UInt8], atEnd: Bool, failure: SystemCallError?) {
        var atEnd = false
        var failure: SystemCallError?
        var rests = 0
        let chunk = unsafe [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { buffer, filled in
            while filled < buffer.count {
                let start = unsafe buffer.baseAddress?.advanced(by: filled)
                let count = unsafe read(end.descriptor, start, buffer.count - filled)
                if count > 0 {
                    filled += count
                    rests = 0
                } else if count == 0 {
                    atEnd = true
                    return
                } else if errno == EAGAIN {
                    let (isEnded, isClosing) = exchange.look { ($0.isEnded, $0.isClosing) }
                    if isEnded { return }
                    if isClosing {
                        // Looked at after the flag was set: dry now means dry for good.
                        if end.isDry {
                            atEnd = true
                            return
                        }
                    } else if filled > 0, rests == Self.rests {
                        return
                    } else {
                        if filled == 0 { _ = exchange.bell.wait(for: Int16(POLLIN), of: end.descriptor) }
                        usleep(rest)
                        rests += 1
                    }
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
