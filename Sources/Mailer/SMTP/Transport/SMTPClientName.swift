public import GroundworkCore

/// How a client names itself in `EHLO` (RFC 5321, section 4.1.1.1): a domain or an address in brackets. Nothing that
/// could end the line or begin another word can be built.
public struct SMTPClientName: TextParsable, Hashable, CustomStringConvertible {
    /// What is expected, in words.
    public static let expectedText = "a domain name such as app.example.com, or an address literal such as [192.0.2.1]"

    /// The name as it is sent.
    public let text: String

    /// `[127.0.0.1]`: for clients that have no name that others could resolve.
    public static let unnamed = SMTPClientName(unchecked: "[127.0.0.1]")

    private init(unchecked text: String) { self.text = text }

    /// Reads a name.
    /// - Throws: `TextParsingError` when it has a character that no name has, or is too long.
    public init(parsing text: String) throws(TextParsingError) {
        guard !text.isEmpty, text.utf8.count <= 253 else { throw TextParsingError("it has not 1 to 253 characters") }
        if text.utf8.first == 0x5B {
            let inner = text.utf8.dropFirst().dropLast()
            let isAddress = inner.allSatisfy { Self.isLetterOrDigit($0) || $0 == 0x2E || $0 == 0x3A || $0 == 0x2D }
            guard text.utf8.last == 0x5D, !inner.isEmpty, isAddress else {
                throw TextParsingError("it is no address in brackets")
            }
        } else {
            for label in text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false) {
                let isName = label.allSatisfy { Self.isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x5F }
                guard !label.isEmpty, label.count <= 63, isName else {
                    throw TextParsingError("a label is not 1 to 63 letters, digits and hyphens")
                }
            }
        }
        self.text = text
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// The name.
    public var description: String { text }
}
