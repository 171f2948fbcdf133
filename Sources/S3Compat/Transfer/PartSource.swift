/// The bytes of a part or a small object, which can be read as often as needed.
enum PartSource: Sendable {
    /// Bytes in memory.
    case bytes([UInt8])
    /// Bytes in memory that is lent.
    case buffer(PartBuffer)
    /// A range of a file, read as it is hashed and again as it is sent.
    case file(HTTPFileRange)

    var length: Int64 {
        switch self {
        case .bytes(let bytes): Int64(bytes.count)
        case .buffer(let buffer): Int64(buffer.count)
        case .file(let range): range.length
        }
    }

    var isInMemory: Bool {
        if case .file = self { return false }
        return true
    }

    var httpBody: HTTPBody {
        switch self {
        case .bytes(let bytes): .bytes(bytes)
        case .buffer(let buffer): .bytes(buffer.bytes)
        case .file(let range): .file(range)
        }
    }
}
