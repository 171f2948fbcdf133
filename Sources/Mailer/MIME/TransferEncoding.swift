/// How the bytes of a part travel (RFC 2045, section 6), chosen by what they are.
enum TransferEncoding: String {
    case sevenBit = "7bit"
    case quotedPrintable = "quoted-printable"
    case base64

    /// The encoding for a text.
    ///
    /// Plain for ASCII in lines that every server leaves alone; quoted-printable for what is mostly ASCII; base64 for
    /// the rest, where it is shorter.
    static func choose(_ text: Span<UInt8>) -> TransferEncoding {
        let survey = TextSurvey(text)
        if survey.isPlain { return .sevenBit }
        // An encoded byte takes three, a byte of base64 takes 4/3 and its share of line ends.
        return survey.encodedCount * 2 > text.count * 3 / 8 ? .base64 : .quotedPrintable
    }
}

/// What a text is made of.
struct TextSurvey {
    /// Longer lines are encoded (RFC 5322, section 2.1.1).
    static let longestPlainLine = 78

    private static let lineEnd: UInt8 = 1
    private static let isCounted: UInt8 = 2
    private static let isNotPlain: UInt8 = 4
    private static let isSpace: UInt8 = 8

    /// What each byte is, as bits; 0 is plain. An equals sign is plain, but encoded by quoted-printable.
    private static let kinds: [UInt8] = (0..<256).map { byte in
        switch byte {
        case 0x0A, 0x0D: lineEnd
        case 0x20, 0x09: isSpace
        case 0x3D: isCounted
        case 0x21...0x7E: 0
        default: isCounted | isNotPlain
        }
    }

    /// Bytes that quoted-printable has to encode.
    private(set) var encodedCount = 0
    /// Whether the text can travel as it is.
    private(set) var isPlain = true

    init(_ text: Span<UInt8>) {
        unsafe text.withUnsafeBufferPointer { bytes in
            unsafe Self.kinds.withUnsafeBufferPointer { kinds in
                var index = 0
                while index < bytes.count {
                    // A line that a relay may change, or that looks like a boundary of ours.
                    if isPlain, text.startsBadly(at: index) || text.starts("--=_", at: index) { isPlain = false }
                    unsafe readLine(bytes, kinds, &index)
                    index += 1
                }
            }
        }
    }

    /// Reads up to the next line end, or to the end of the text.
    private mutating func readLine(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ kinds: UnsafeBufferPointer<UInt8>,
        _ index: inout Int
    ) {
        let start = index
        var seen: UInt8 = 0
        var last: UInt8 = 0
        while index < bytes.count {
            let kind = unsafe kinds[Int(bytes[index])]
            if kind == Self.lineEnd { break }
            seen |= kind
            encodedCount &+= Int(kind >> 1 & 1)
            last = kind
            index += 1
        }
        // White space at the end of a line is lost on the way.
        if seen & Self.isNotPlain != 0 || last == Self.isSpace || index - start > Self.longestPlainLine {
            isPlain = false
        }
    }
}
