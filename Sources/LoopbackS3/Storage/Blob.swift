import GroundworkCore

/// Bytes that were stored once and never change. A blob in a file removes the file when the last user lets it go.
final class Blob: Sendable {
    enum Content: Sendable {
        case memory([[UInt8]])
        case file(path: String)
        /// The bytes were dropped; reading gives zeros.
        case discarded
    }

    let content: Content
    let length: Int64

    init(_ content: Content, length: Int64) {
        self.content = content
        self.length = length
    }

    static let empty = Blob(.memory([]), length: 0)

    deinit {
        if case .file(let path) = content { removeFile(path) }
    }

    /// Opens the file, if that is where the bytes are.
    func open() throws -> OpenFile? {
        if case .file(let path) = content { try OpenFile(path) } else { nil }
    }

    /// Bytes from `offset` on, at least one and at most `limit`.
    func bytes(at offset: Int64, limit: Int, from file: OpenFile?) throws -> [UInt8] {
        let wanted = Int(min(Int64(limit), length - offset))
        switch content {
        case .memory(let chunks):
            var start: Int64 = 0
            for chunk in chunks {
                let end = start + Int64(chunk.count)
                if offset < end {
                    let first = Int(offset - start)
                    let last = min(chunk.count, first + wanted)
                    return first == 0 && last == chunk.count ? chunk : Array(chunk[first..<last])
                }
                start = end
            }
            return []
        case .file: return try file?.read(wanted, at: offset) ?? []
        case .discarded: return [UInt8](repeating: 0, count: wanted)
        }
    }
}

/// Receives the bytes of a blob.
struct BlobWriter {
    private let storage: LoopbackS3Storage
    private var chunks: [[UInt8]] = []
    private var file: OpenFile?
    private(set) var length: Int64 = 0

    init(_ storage: LoopbackS3Storage, directory: String?) throws {
        self.storage = storage
        if let directory {
            file = try OpenFile("\(directory)/\(Hex.encode(SystemRandom().bytes(16)))", flags: OpenFile.writeCreate)
        }
    }

    mutating func write(_ bytes: ArraySlice<UInt8>) throws {
        guard !bytes.isEmpty else { return }
        if let file {
            try file.write(Array(bytes), at: length)
        } else if storage.base == .memory {
            chunks.append(Array(bytes))
        }
        length += Int64(bytes.count)
    }

    /// Removes what was written.
    func discard() {
        if let file { removeFile(file.path) }
    }

    func finish() -> Blob {
        if let file { return Blob(.file(path: file.path), length: length) }
        return Blob(storage.base == .memory ? .memory(chunks) : .discarded, length: length)
    }
}
