import FoundationEssentials
import Glibc

/// Standard input in chunks of up to 1 MiB.
struct StandardInput: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    struct ReadFailure: Error, CustomStringConvertible {
        let number: Int32
        var description: String { "Standard input cannot be read (errno \(number))." }
    }

    func makeAsyncIterator() -> Iterator { Iterator() }

    struct Iterator: AsyncIteratorProtocol {
        private var isAtEnd = false

        mutating func next() async throws -> [UInt8]? {
            guard !isAtEnd else { return nil }
            let (chunk, isLast) = try await Self.read(upTo: 1 << 20)
            isAtEnd = isLast
            return chunk.isEmpty ? nil : chunk
        }

        /// Waits for input in short turns, so that an interruption ends it, and takes what is there.
        @concurrent private static func read(upTo limit: Int) async throws -> (bytes: [UInt8], isLast: Bool) {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(limit)
            while bytes.count < limit {
                try Task.checkCancellation()
                var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
                guard poll(&input, 1, 200) > 0 else { continue }
                let room = limit - bytes.count
                var failure: Int32 = 0
                let piece = [UInt8](unsafeUninitializedCapacity: Swift.min(room, 256 << 10)) { buffer, count in
                    let got = Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
                    if got < 0 { failure = errno }
                    count = Swift.max(0, got)
                }
                if failure == EINTR || failure == EAGAIN { continue }
                guard failure == 0 else { throw ReadFailure(number: failure) }
                if piece.isEmpty { return (bytes, true) }
                bytes += piece
            }
            return (bytes, false)
        }
    }
}
