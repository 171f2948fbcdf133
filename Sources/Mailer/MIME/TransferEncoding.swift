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

    /// What each byte is: 0 plain, 1 a line end, 2 to be encoded, 3 white space, 4 plain, but encoded by
    /// quoted-printable.
    private static let kinds: [UInt8] = (0..<256).map { byte in
        switch byte {
        case 0x0A, 0x0D: 1
        case 0x20, 0x09: 3
        case 0x3D: 4
        case 0x21...0x7E: 0
        default: 2
        }
    }

    /// Bytes that quoted-printable has to encode.
    private(set) var encodedCount = 0
    /// Whether the text can travel as it is.
    private(set) var isPlain = true

    init(_ text: Span<UInt8>) {
        let kinds = Self.kinds
        var lineStart = 0
        var lastKind: UInt8 = 0
        for index in 0..<text.count {
            let kind = kinds[Int(text[index])]
            // A line that a relay may change, or that looks like a boundary of ours.
            if index == lineStart, isPlain, text.startsBadly(at: index) || text.starts("--=_", at: index) {
                isPlain = false
            }
            if kind == 1 {
                if lastKind == 3 || index - lineStart > Self.longestPlainLine { isPlain = false }
                lineStart = index + 1
            } else if kind == 2 {
                encodedCount += 1
                isPlain = false
            } else if kind == 4 {
                encodedCount += 1
            }
            lastKind = kind
        }
        if lastKind == 3 || text.count - lineStart > Self.longestPlainLine { isPlain = false }
    }
}
