#if canImport(Glibc)
import Glibc
#endif

/// Reads HTTP/1.1 requests out of bytes, however they are cut: feed it, then ask for events until there is none.
///
/// It is strict (RFC 9112): bare line feeds, folded lines, white space before a colon, two lengths, a length beside a
/// transfer coding, unknown codings and missing hosts are errors. After an error it is of no more use.
package struct HTTP1RequestParser: Sendable {
    package struct Limits: Sendable, Hashable {
        /// Request line and fields together; also the trailers of a chunked body.
        package var headBytes = 64 * 1024
        package var fieldCount = 256
        /// The line that begins a chunk, extensions included.
        package var chunkLineBytes = 4096

        package init() {}
    }

    package enum Event: Sendable, Hashable {
        case head(HTTP1RequestHead)
        /// The next bytes of the body, never none.
        case body([UInt8])
        /// The request is complete; the next one may follow.
        case end
    }

    private enum State: Sendable {
        case requestLine
        case fields
        case fixedBody(remaining: Int64)
        case chunkLine
        case chunk(remaining: Int64)
        case chunkEnd
        case trailers
        case end
    }

    private let limits: Limits
    private var state = State.requestLine
    private var buffer: [UInt8] = []
    /// The first byte not yet consumed.
    private var position = 0
    /// The first byte not yet searched for a line's end.
    private var searched = 0
    /// Bytes and fields of the head or trailers so far.
    private var headBytes = 0
    private var fieldCount = 0
    private var head = HTTP1RequestHead()

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether a request has begun and is not complete.
    package var isInsideRequest: Bool {
        if case .requestLine = state { headBytes > 0 || position < buffer.count } else { true }
    }

    /// How many bytes of the body are still to come; nil when that is not known.
    package var remainingBody: Int64? {
        switch state {
        case .fixedBody(let remaining): remaining
        case .end, .requestLine, .fields: 0
        default: nil
        }
    }

    /// Takes the next bytes from the connection.
    package mutating func feed(_ bytes: [UInt8]) {
        if position == buffer.count {
            buffer = bytes
            position = 0
            searched = 0
        } else {
            buffer.removeFirst(position)
            searched -= position
            position = 0
            buffer.append(contentsOf: bytes)
        }
    }

    /// The next event; nil when more bytes are needed.
    package mutating func next() throws(HTTP1ParsingError) -> Event? {
        while true {
            switch state {
            case .requestLine:
                guard let line = try headLine() else { return nil }
                // One empty line before a request is put up with (RFC 9112, section 2.2); its bytes count.
                if line.isEmpty { continue }
                head = HTTP1RequestHead()
                try head.readRequestLine(line)
                state = .fields
            case .fields:
                guard let line = try headLine() else { return nil }
                guard line.isEmpty else {
                    head.fields.append(try field(line))
                    continue
                }
                try head.finish()
                (headBytes, fieldCount) = (0, 0)
                switch head.framing {
                case .length(0): state = .end
                case .length(let length): state = .fixedBody(remaining: length)
                case .chunked: state = .chunkLine
                }
                return .head(head)
            case .fixedBody(let remaining):
                guard let bytes = take(upTo: remaining) else { return nil }
                let rest = remaining - Int64(bytes.count)
                state = rest == 0 ? .end : .fixedBody(remaining: rest)
                return .body(bytes)
            case .chunkLine:
                guard let line = try line(limit: limits.chunkLineBytes, status: 400) else { return nil }
                let size = try Self.chunkSize(line)
                state = size == 0 ? .trailers : .chunk(remaining: size)
            case .chunk(let remaining):
                guard let bytes = take(upTo: remaining) else { return nil }
                let rest = remaining - Int64(bytes.count)
                state = rest == 0 ? .chunkEnd : .chunk(remaining: rest)
                return .body(bytes)
            case .chunkEnd:
                guard let line = try line(limit: 2, status: 400) else { return nil }
                guard line.isEmpty else { throw HTTP1ParsingError(400, "a chunk is longer than its size says") }
                state = .chunkLine
            case .trailers:
                guard let line = try headLine() else { return nil }
                if line.isEmpty { state = .end } else { _ = try field(line) }
            case .end:
                (state, headBytes, fieldCount) = (.requestLine, 0, 0)
                return .end
            }
        }
    }

    private mutating func take(upTo wanted: Int64) -> [UInt8]? {
        let count = Int(min(Int64(buffer.count - position), wanted))
        guard count > 0 else { return nil }
        defer { searched = position }
        if position == 0, count == buffer.count {
            defer { buffer = [] }
            return buffer
        }
        defer { position += count }
        return Array(buffer[position..<position + count])
    }

    private mutating func headLine() throws(HTTP1ParsingError) -> ArraySlice<UInt8>? {
        let before = position
        let line = try line(limit: limits.headBytes - headBytes, status: 431)
        headBytes += position - before
        return line
    }

    private mutating func field(_ line: ArraySlice<UInt8>) throws(HTTP1ParsingError) -> HTTP1RequestHead.Field {
        fieldCount += 1
        guard fieldCount <= limits.fieldCount else {
            throw HTTP1ParsingError(431, "there are more than \(limits.fieldCount) header fields")
        }
        return try HTTP1RequestHead.Field(line: line)
    }

    /// The next line without its end, which must be CR LF. The line with its end has at most `limit` bytes.
    private mutating func line(limit: Int, status: Int) throws(HTTP1ParsingError) -> ArraySlice<UInt8>? {
        guard let end = firstLineFeed() else {
            searched = buffer.count
            guard buffer.count - position < limit else {
                throw HTTP1ParsingError(status, "a line or the head is larger than allowed")
            }
            return nil
        }
        guard end + 1 - position <= limit else {
            throw HTTP1ParsingError(status, "a line or the head is larger than allowed")
        }
        guard end > position, buffer[end - 1] == 0x0D else {
            throw HTTP1ParsingError(400, "a line ends without a carriage return")
        }
        defer {
            position = end + 1
            searched = position
        }
        return buffer[position..<end - 1]
    }

    private func firstLineFeed() -> Int? {
        guard searched < buffer.count else { return nil }
        return unsafe buffer.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                let found = unsafe memchr(base + searched, 0x0A, bytes.count - searched)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    /// The size in hexadecimal digits; extensions are skipped (RFC 9112, section 7.1).
    private static func chunkSize(_ line: ArraySlice<UInt8>) throws(HTTP1ParsingError) -> Int64 {
        var size: Int64 = 0
        var digits = 0
        for byte in line {
            guard let digit = hexDigit(byte) else { break }
            size = size << 4 | Int64(digit)
            digits += 1
            guard digits <= 15 else { throw HTTP1ParsingError(400, "a chunk's size has more than 15 digits") }
        }
        let rest = line.dropFirst(digits).drop { $0 == 0x20 || $0 == 0x09 }
        guard digits > 0, rest.isEmpty || rest.first == 0x3B, rest.allSatisfy(HTTP1RequestHead.isFieldByte) else {
            throw HTTP1ParsingError(400, "a chunk does not begin with its size in hexadecimal digits")
        }
        return size
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
