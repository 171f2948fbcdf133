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

    private static let chunkSize = 1 << 20

    func makeAsyncIterator() -> Iterator {
        // A pipe holds 64 KiB otherwise, and its writer waits 16 times for each chunk. What is no pipe stays as it is.
        // F_SETPIPE_SZ is 1031.
        _ = fcntl(STDIN_FILENO, 1031, Int32(Self.chunkSize))
        return Iterator()
    }

    struct Iterator: AsyncIteratorProtocol {
        private var isAtEnd = false

        mutating func next() async throws -> [UInt8]? {
            guard !isAtEnd else { return nil }
            let chunk = try await Self.read()
            isAtEnd = chunk.count < StandardInput.chunkSize
            return chunk.isEmpty ? nil : chunk
        }

        /// Fills a chunk; a shorter one is the last. Waits for input in short turns, so that an interruption ends it.
        @concurrent private static func read() async throws -> [UInt8] {
            try [UInt8](unsafeUninitializedCapacity: StandardInput.chunkSize) { buffer, count in
                while count < buffer.count {
                    try Task.checkCancellation()
                    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
                    guard poll(&input, 1, 200) > 0 else { continue }
                    let got = Glibc.read(STDIN_FILENO, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                    if got == 0 { return }
                    if got > 0 {
                        count += got
                    } else if errno != EINTR, errno != EAGAIN {
                        throw ReadFailure(number: errno)
                    }
                }
            }
        }
    }
}
