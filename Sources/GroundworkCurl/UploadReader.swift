import GroundworkCore
import GroundworkHTTP

/// Hands the bytes of a request's body to libcurl, on the engine's thread.
struct UploadReader {
    enum Step { case bytes(Int), starved }

    private enum Source {
        case bytes(UploadBytes, index: Int)
        case file(HTTPFileRange)
        case queue(UploadQueue, isComplete: Bool)
    }

    private var source: Source
    private var chunk: [UInt8] = []
    private var offset = 0
    private let length: Int64?
    /// How many bytes libcurl was given.
    private(set) var handed: Int64 = 0
    /// Whether libcurl was given all.
    var isDone: Bool {
        if case .queue(_, let isComplete) = source, length == nil { return isComplete }
        return handed == length
    }

    init?(_ upload: PreparedRequest.Upload) {
        switch upload {
        case .none: return nil
        case .bytes(let bytes, _): source = .bytes(bytes, index: 0)
        case .file(let range): source = .file(range)
        case .stream(let queue, _): source = .queue(queue, isComplete: false)
        }
        length = upload.declaredLength
    }

    /// Fills `buffer` as far as possible; 0 bytes mean the end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Step {
        var filled = 0
        if case .file(let range) = source {
            let wanted = length.map { Int(min(Int64(buffer.count), $0 - handed)) } ?? buffer.count
            while filled < wanted {
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<wanted])
                let count = unsafe try range.read(into: rest, at: handed + Int64(filled))
                guard count > 0 else { throw UploadQueue.mismatch("\(handed + Int64(filled))", range.length) }
                filled += count
            }
        } else {
            while filled < buffer.count {
                if offset == chunk.count {
                    switch nextChunk(mayStarve: filled == 0) {
                    case .chunk(let next):
                        chunk = next
                        offset = 0
                    case .complete:
                        handed += Int64(filled)
                        return .bytes(filled)
                    case .nothing:
                        handed += Int64(filled)
                        return filled == 0 ? .starved : .bytes(filled)
                    }
                }
                let count = min(buffer.count - filled, chunk.count - offset)
                let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + count])
                unsafe chunk.withUnsafeBytes { bytes in
                    unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
                }
                filled += count
                offset += count
            }
        }
        handed += Int64(filled)
        return .bytes(filled)
    }

    private mutating func nextChunk(mayStarve: Bool) -> UploadQueue.Pulled {
        switch source {
        case .bytes(let bytes, let index):
            guard let chunk = bytes.chunk(index) else { return .complete }
            source = .bytes(bytes, index: index + 1)
            return .chunk(chunk)
        case .queue(let queue, _):
            let pulled = queue.pull(mayStarve: mayStarve)
            if case .complete = pulled { source = .queue(queue, isComplete: true) }
            return pulled
        case .file:
            return .complete
        }
    }

    /// Goes back to the first byte. False where the bytes are gone.
    mutating func rewind() -> Bool {
        if handed == 0 { return true }
        switch source {
        case .bytes(let bytes, _): source = .bytes(bytes, index: 0)
        case .file: break
        case .queue: return false
        }
        chunk = []
        offset = 0
        handed = 0
        return true
    }
}
