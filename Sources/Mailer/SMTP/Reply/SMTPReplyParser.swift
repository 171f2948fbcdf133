/// Reads replies out of bytes, however they are cut: feed it, then ask for replies until there is none.
///
/// It bounds everything a hostile server could make long: lines, their number, and their sum. It puts up with what real
/// servers do beside the standard: a line feed without a carriage return, 8-bit text, a code without text. After an
/// error it is of no more use.
package struct SMTPReplyParser: Sendable {
    package struct Limits: Sendable, Hashable {
        /// One line with its end. RFC 5321, section 4.5.3.1.5 allows 512; some servers send more.
        package var lineBytes = 4096
        /// Lines of one reply.
        package var lineCount = 256
        /// All lines of one reply together.
        package var replyBytes = 64 * 1024

        package init() {}
    }

    private let limits: Limits
    private var buffer: [UInt8] = []
    /// The first byte not yet consumed.
    private var position = 0
    /// The first byte not yet searched for a line's end.
    private var searched = 0
    /// The code of the reply under way.
    private var code: Int?
    private var text: [UInt8] = []
    private var lineCount = 0
    private var replyBytes = 0

    package init(limits: Limits = Limits()) { self.limits = limits }

    /// Whether bytes have come that belong to no reply given out so far.
    package var hasBufferedBytes: Bool { position < buffer.count || code != nil }

    /// Takes the next bytes from the connection.
    package mutating func feed(_ bytes: [UInt8]) {
        if position == buffer.count {
            buffer = bytes
            searched = 0
        } else {
            buffer.removeFirst(position)
            searched -= position
            buffer.append(contentsOf: bytes)
        }
        position = 0
    }

    /// The next reply; nil when more bytes are needed.
    package mutating func next() throws(SMTPReplyError) -> SMTPReply? {
        while let line = try nextLine() {
            guard let first = Self.code(of: line) else { throw SMTPReplyError("a line does not begin with a code") }
            if let code, code != first { throw SMTPReplyError("the lines of one reply have different codes") }
            lineCount += 1
            replyBytes += line.count
            guard lineCount <= limits.lineCount, replyBytes <= limits.replyBytes else {
                throw SMTPReplyError("one reply has too many lines")
            }
            let separator = line.count > 3 ? line[line.startIndex + 3] : 0x20
            guard separator == 0x20 || separator == 0x2D else {
                throw SMTPReplyError("a code is followed by neither a space nor a hyphen")
            }
            if code != nil { text.append(0x0A) }
            for byte in line.dropFirst(4) { text.append(byte < 0x20 || byte == 0x7F ? 0x20 : byte) }
            code = first
            if separator == 0x20 {
                defer {
                    code = nil
                    text.removeAll(keepingCapacity: true)
                    lineCount = 0
                    replyBytes = 0
                }
                return SMTPReply(code: first, text: String(decoding: text, as: UTF8.self))
            }
        }
        return nil
    }

    /// The next line without its end.
    private mutating func nextLine() throws(SMTPReplyError) -> ArraySlice<UInt8>? {
        guard let end = buffer[searched...].firstIndex(of: 0x0A) else {
            searched = buffer.count
            guard buffer.count - position < limits.lineBytes else { throw SMTPReplyError("a line is too long") }
            return nil
        }
        guard end + 1 - position <= limits.lineBytes else { throw SMTPReplyError("a line is too long") }
        let hasReturn = end > position && buffer[end - 1] == 0x0D
        defer {
            position = end + 1
            searched = position
        }
        return buffer[position..<(hasReturn ? end - 1 : end)]
    }

    /// The three digits that a line begins with, if they are a code (RFC 5321, section 4.2.1).
    private static func code(of line: ArraySlice<UInt8>) -> Int? {
        guard line.count >= 3 else { return nil }
        var code = 0
        for byte in line.prefix(3) {
            guard (0x30...0x39).contains(byte) else { return nil }
            code = code * 10 + Int(byte - 0x30)
        }
        return (200...599).contains(code) ? code : nil
    }
}

/// Why what a server sent is no reply. It never repeats what was sent.
package struct SMTPReplyError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
