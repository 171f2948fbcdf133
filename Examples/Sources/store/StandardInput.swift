import FoundationEssentials
import Glibc

/// Standard input in chunks of up to 1 MiB, read by a thread of its own so that no task is blocked.
struct StandardInput: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    struct ReadFailure: Error, CustomStringConvertible {
        let number: Int32
        var description: String { "Standard input cannot be read (errno \(number))." }
    }

    func makeAsyncIterator() -> Iterator { Iterator() }

    struct Iterator: AsyncIteratorProtocol {
        mutating func next() async throws -> [UInt8]? {
            try Task.checkCancellation()
            let chunk = try await Self.read()
            return chunk.isEmpty ? nil : chunk
        }

        @concurrent private static func read() async throws -> [UInt8] {
            // Waiting for input blocks one thread of the pool at most: there is one reader.
            var failure: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
                while count < buffer.count {
                    let got = Glibc.read(STDIN_FILENO, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                    if got < 0, errno == EINTR { continue }
                    if got < 0 { failure = errno }
                    if got <= 0 { break }
                    count += got
                }
            }
            guard failure == 0 else { throw ReadFailure(number: failure) }
            return chunk
        }
    }
}
