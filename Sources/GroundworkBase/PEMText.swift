import Glibc

/// A key or certificate as people really supply it: the path of a file, PEM text, PEM whose line ends became `\n`, PEM
/// on one line, base64 of PEM, or bare base64 of DER.
///
/// The bytes are proved to be one DER sequence of the right length and nothing else; what the sequence means is the
/// business of whoever uses it. Sources: RFC 7468 (textual encodings), ITU-T X.690 section 8.1.3 (lengths).
public struct PEMText: Sendable {
    /// The label of the PEM block, such as `PRIVATE KEY`; nil when bare DER was given.
    public let label: String?
    /// The decoded bytes.
    public let der: Secret<[UInt8]>

    /// No file or text longer than this is read.
    public static let maximumLength = 1 << 20

    /// Reads text that holds the key itself.
    /// - Throws: ``TextParsingError``; it never repeats the text.
    public init(parsing text: String) throws(TextParsingError) {
        guard text.utf8.count <= Self.maximumLength else { throw TextParsingError("it is longer than 1 MiB") }
        self = try Self.decode(text, depth: 0)
    }

    /// Reads text that holds the key itself or, if it looks like a path, the file that it names.
    ///
    /// - Throws: ``TextParsingError`` that says what was found, never the text.
    public init(pathOrContents text: String) throws(TextParsingError) {
        let trimmed = text.trimmingASCIIWhitespace()
        guard Self.looksLikePath(trimmed) else {
            try self.init(parsing: text)
            return
        }
        try self.init(contentsOfFile: trimmed)
    }

    /// Reads a file.
    /// - Throws: ``TextParsingError`` when the file cannot be read or does not hold a key.
    public init(contentsOfFile path: String) throws(TextParsingError) {
        let bytes: [UInt8]
        do {
            // Not blocking: a named pipe would wait for its writer.
            let file = try OpenFile(path, flags: O_RDONLY | O_NONBLOCK)
            guard try file.isRegular() else { throw TextParsingError("the file that it names is no regular file") }
            bytes = try file.read(Self.maximumLength + 1, at: 0)
        } catch let error as TextParsingError {
            throw error
        } catch let error as SystemCallError {
            throw TextParsingError("the file that it names cannot be read: \(error.reason)")
        } catch {
            throw TextParsingError("the file that it names cannot be read")
        }
        if Self.isDERSequence(bytes) {
            self.init(label: nil, der: Secret(bytes))
            return
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TextParsingError("the file that it names is neither text nor DER")
        }
        try self.init(parsing: text)
    }

    private init(label: String?, der: Secret<[UInt8]>) {
        self.label = label
        self.der = der
    }

    private static func looksLikePath(_ text: String) -> Bool {
        if text.contains("-----BEGIN") { return false }
        if text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../") || text.hasPrefix("~/") {
            // Base64 may begin with a slash: a path is short, and base64 of a key decodes to DER.
            return Base64.decode(text).map { !isDERSequence($0) } ?? true
        }
        return text.hasSuffix(".p8") || text.hasSuffix(".pem") || text.hasSuffix(".key") || text.hasSuffix(".der")
    }

    private static func decode(_ text: String, depth: Int) throws(TextParsingError) -> PEMText {
        let normal = text.unescapingLineEnds().trimmingASCIIWhitespace()
        guard !normal.isEmpty else { throw TextParsingError("it is empty") }
        if let block = try PEMBlock(normal) {
            // `openssl ecparam -genkey` writes the name of the curve before the key.
            if block.label == "EC PARAMETERS", depth == 0, block.rest.contains("-----BEGIN") {
                return try decode(block.rest, depth: 1)
            }
            guard let bytes = Base64.decode(block.body) else {
                throw TextParsingError("the text between the BEGIN and END lines is not base64")
            }
            guard isDERSequence(bytes) else {
                throw TextParsingError(
                    "the \(block.knownLabel) block does not hold one whole DER sequence; is it cut off?"
                )
            }
            return PEMText(label: block.label, der: Secret(bytes))
        }
        let compact = normal.removingASCIIWhitespace()
        guard let bytes = Base64.decode(compact) ?? Base64.decodeURL(compact) else {
            throw TextParsingError("it is neither PEM nor base64")
        }
        if isDERSequence(bytes) { return PEMText(label: nil, der: Secret(bytes)) }
        if depth == 0, let inner = String(validating: bytes, as: UTF8.self), inner.contains("-----BEGIN") {
            return try decode(inner, depth: 1)
        }
        throw TextParsingError("it is base64, but neither of PEM nor of DER")
    }

    /// Whether the bytes are exactly one DER sequence.
    static func isDERSequence(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 2, bytes[0] == 0x30 else { return false }
        let first = Int(bytes[1])
        if first < 0x80 { return bytes.count == 2 + first }
        let width = first & 0x7F
        guard (1...4).contains(width), bytes.count >= 2 + width else { return false }
        let length = bytes[2..<2 + width].reduce(0) { $0 << 8 | Int($1) }
        return length >= 0x80 && bytes.count == 2 + width + length
    }
}

extension PEMText: CustomStringConvertible, CustomReflectable {
    /// Labels of RFC 7468 and of older keys. Any other may be a piece of something else, so it is not shown.
    private static let labels: Set<String> = [
        "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE",
        "CERTIFICATE REQUEST", "EC PARAMETERS",
    ]

    /// A label that may be shown.
    fileprivate static func shown(_ label: String) -> String { labels.contains(label) ? label : "PEM" }

    /// The label, where it is a usual one; never the bytes.
    public var description: String { label.map { "PEMText(\(Self.shown($0)))" } ?? "PEMText(DER)" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension PEMText: TextParsable {
    /// "a key or certificate: …".
    public static var expectedText: String {
        "a key or certificate as PEM, PEM with \\n for its line ends, or base64 of either"
    }
}

/// The first block of a PEM text.
private struct PEMBlock {
    let label: String
    let body: String
    /// What follows the block.
    let rest: String

    /// The label for messages.
    var knownLabel: String { PEMText.shown(label) }

    /// Nil when there is no BEGIN line.
    init?(_ text: String) throws(TextParsingError) {
        let begin = "-----BEGIN "
        let dashes = "-----"
        guard let start = text.firstRange(of: begin) else { return nil }
        guard let endOfLabel = text[start.upperBound...].firstRange(of: dashes) else {
            throw TextParsingError("the BEGIN line has no end")
        }
        label = String(text[start.upperBound..<endOfLabel.lowerBound])
        guard label.utf8.count <= 64, label.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw TextParsingError("the BEGIN line is malformed")
        }
        guard let end = text[endOfLabel.upperBound...].firstRange(of: "-----END \(label)-----") else {
            throw TextParsingError("the END line is missing; is the text cut off?")
        }
        let lines = String(text[endOfLabel.upperBound..<end.lowerBound])
        // Headers as of RFC 1421, and the label of an encrypted key of RFC 7468, section 11.
        guard !lines.contains(":"), label != "ENCRYPTED PRIVATE KEY" else {
            throw TextParsingError(
                "the block is encrypted or has headers: encrypted keys are not supported, decrypt it first"
            )
        }
        body = lines.removingASCIIWhitespace()
        rest = String(text[end.upperBound...])
    }
}
