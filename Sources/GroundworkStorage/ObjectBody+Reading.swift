import GroundworkCore

extension ObjectBody {
    /// Reads the body to its end, and holds it to its declared length.
    /// - Parameters:
    ///   - key: for messages.
    ///   - store: for messages.
    ///   - take: given chunk after chunk, none empty.
    /// - Returns: how many bytes there were.
    /// - Throws: ``ObjectStoreError/Code/lengthMismatch`` as soon as it is known, `CancellationError`, what the source
    ///   throws, what `take` throws.
    package func read(
        key: String,
        store: String,
        _ take: (_ chunk: [UInt8]) async throws -> Void
    ) async throws -> Int64 {
        var count: Int64 = 0
        func accept(_ chunk: [UInt8]) async throws {
            try Task.checkCancellation()
            count += Int64(chunk.count)
            if case .known(let length) = length, count > length {
                throw mismatch("more than the \(length) bytes that were declared", key: key, store: store)
            }
            if !chunk.isEmpty { try await take(chunk) }
        }
        try Task.checkCancellation()
        switch source {
        case .bytes(let bytes):
            try await accept(bytes)
        case .file(let path):
            let file = try await BlockingThreads.shared.run { try OpenFile(path) }
            while true {
                let offset = count
                let chunk = try await BlockingThreads.shared.run { try file.read(1 << 20, at: offset) }
                if chunk.isEmpty { break }
                try await accept(chunk)
            }
        case .stream(let chunks):
            for try await chunk in chunks { try await accept(chunk) }
        }
        // A stream may end because it noticed the cancellation.
        try Task.checkCancellation()
        if case .known(let length) = length, count != length {
            throw mismatch("\(count) bytes instead of the \(length) that were declared", key: key, store: store)
        }
        return count
    }

    private func mismatch(_ text: String, key: String, store: String) -> ObjectStoreError {
        ObjectStoreError(
            .lengthMismatch,
            "The body for \(key.debugDescription) has \(text); nothing was stored.",
            key: key,
            store: store
        )
    }
}
