/// A message as it is sent: its header, and its body as a stream.
///
/// All lines end with CRLF and are at most 998 characters long; nothing is dot-stuffed. Attachments are read while the
/// body is, so that memory does not grow with them.
public struct MIMEMessage: Sendable {
    /// The header fields, each with its CRLF, without the empty line behind them.
    public let header: [UInt8]
    /// Whether a header has addresses beyond ASCII, which only servers with SMTPUTF8 take (RFC 6531).
    public let needsSMTPUTF8: Bool
    /// The length of header, empty line and body in bytes; nil when an attachment's length is not known beforehand.
    public let size: Int?
    /// Whether the body can be read more than once.
    public let isReplayable: Bool
    let segments: [BodySegment]

    init(header: [UInt8], needsSMTPUTF8: Bool, segments: [BodySegment]) {
        self.header = header
        self.needsSMTPUTF8 = needsSMTPUTF8
        self.segments = segments
        isReplayable = segments.allSatisfy(\.isReplayable)
        var size: Int? = header.count + 2
        for segment in segments {
            guard let length = segment.length, let sum = size else {
                size = nil
                break
            }
            size = sum + length
        }
        self.size = size
    }

    /// Whether there are bytes beyond ASCII: in addresses only, for everything else is encoded.
    public var needs8BitMIME: Bool { needsSMTPUTF8 }

    /// The whole message, in chunks of at most about 80 KB.
    /// - Parameter prefix: further header fields that go first, such as a signature; each ends with CRLF.
    public func chunks(prefix: [UInt8] = []) -> MIMEChunks {
        MIMEChunks(segments: [.bytes(prefix + header + [0x0D, 0x0A])] + segments)
    }

    /// The body alone, as DKIM hashes it.
    public var body: MIMEChunks { MIMEChunks(segments: segments) }

    /// The whole message in memory.
    /// - Parameter limit: the largest size, in bytes.
    /// - Throws: ``MailError`` with ``MailError/Code/limitExceeded``, or whatever an attachment throws.
    public func bytes(upTo limit: Int = 64 << 20) async throws -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(min(limit, size ?? 0))
        if case .bytes(let body)? = segments.first, segments.count == 1, let size, size <= limit {
            // Nothing to be read: without an asynchronous step.
            result += header
            result += [0x0D, 0x0A]
            result += body
            return result
        }
        for try await chunk in chunks() {
            guard result.count + chunk.count <= limit else {
                throw MailError(.limitExceeded, "The message is larger than \(limit) bytes.")
            }
            result += chunk
        }
        return result
    }
}

/// A piece of a body.
enum BodySegment: Sendable {
    /// Bytes that are sent as they are.
    case bytes([UInt8])
    /// Content that is sent as base64.
    case base64(HTTPBody, fileName: String)

    /// The length as sent.
    var length: Int? {
        switch self {
        case .bytes(let bytes): bytes.count
        case .base64(let content, _): content.length.map { Base64Lines.encodedLength(Int(clamping: $0)) }
        }
    }

    var isReplayable: Bool {
        switch self {
        case .bytes: true
        case .base64(let content, _): content.isReplayable
        }
    }
}
