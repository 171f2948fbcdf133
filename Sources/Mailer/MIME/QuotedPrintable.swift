/// Quoted-printable text (RFC 2045, section 6.7).
///
/// Lines are at most 76 characters. Beyond what must be encoded, a point at the start of a line is (so that no relay
/// that forgets to unstuff it changes the text) and the F of `From ` there (mailboxes on disk quote it).
struct QuotedPrintable {
    private static let lineLength = 75
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Whether a byte stands for itself: space, tab, and `!` to `~` without `=`.
    private static let literals: [Bool] = (0..<256).map { ($0 >= 0x20 && $0 < 0x7F && $0 != 0x3D) || $0 == 0x09 }

    private let literals = QuotedPrintable.literals
    private var position = 0
    private var column = 0

    /// Appends the text with its line ends, of whatever kind, made CRLF.
    static func append(_ text: Span<UInt8>, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + text.count + text.count / 8 + 64)
        var encoder = QuotedPrintable()
        encoder.run(text, &output)
    }

    private mutating func run(_ text: Span<UInt8>, _ output: inout [UInt8]) {
        while position < text.count {
            let byte = text[position]
            if byte == 0x0A || byte == 0x0D {
                position += text.lineEndLength(at: position)
                output.append(0x0D)
                output.append(0x0A)
                column = 0
            } else if literals[Int(byte)], !(column == 0 && text.startsBadly(at: position)) {
                appendRun(text, &output)
            } else {
                appendEncoded(byte, &output)
            }
        }
    }

    private mutating func appendRun(_ text: Span<UInt8>, _ output: inout [UInt8]) {
        let limit = min(text.count, position + Self.lineLength - column)
        var end = position
        while end < limit, literals[Int(text[end])] { end += 1 }
        // White space at the end of a line is lost on the way.
        let isLineEnd = end == text.count || text[end] == 0x0A || text[end] == 0x0D
        if isLineEnd, end > position, text[end - 1] == 0x20 || text[end - 1] == 0x09 {
            end -= 1
            if end == position {
                appendEncoded(text[position], &output)
                return
            }
        }
        if end == position {
            appendSoftBreak(&output)
            return
        }
        output.append(text.extracting(position..<end))
        column += end - position
        position = end
    }

    private mutating func appendEncoded(_ byte: UInt8, _ output: inout [UInt8]) {
        if column + 3 > Self.lineLength { appendSoftBreak(&output) }
        output.append(0x3D)
        output.append(Self.digits[Int(byte >> 4)])
        output.append(Self.digits[Int(byte & 15)])
        column += 3
        position += 1
    }

    private mutating func appendSoftBreak(_ output: inout [UInt8]) {
        output.append(0x3D)
        output.append(0x0D)
        output.append(0x0A)
        column = 0
    }
}

extension [UInt8] {
    /// Appends bytes that another owns.
    mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}

extension Span<UInt8> {
    /// 2 for CRLF, 1 for any other line end.
    func lineEndLength(at index: Int) -> Int {
        self[index] == 0x0D && index + 1 < count && self[index + 1] == 0x0A ? 2 : 1
    }

    /// Whether a relay or a mailbox on disk may change a line that begins here: a point, or `From `.
    func startsBadly(at index: Int) -> Bool {
        switch self[index] {
        case 0x2E: true
        case 0x46: starts("From ", at: index)
        default: false
        }
    }

    /// Whether these bytes stand here.
    func starts(_ text: String, at index: Int) -> Bool {
        let length = text.utf8.count
        guard count - index >= length else { return false }
        var place = index
        for byte in text.utf8 {
            if self[place] != byte { return false }
            place += 1
        }
        return true
    }
}
