import GroundworkCrypto

/// The name of a message, unique in the world: `<left@right>` (RFC 5322, section 3.6.4).
public struct MessageID: Sendable, Hashable, CustomStringConvertible {
    /// The name without its angle brackets.
    public let rawValue: String

    /// The longest name, in bytes.
    public static let maximumLength = 250

    /// Takes `left@right`, with or without angle brackets.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidHeader`` unless both sides are dot-atoms of ASCII, or the
    ///   right one is in square brackets.
    public init(_ text: String) throws(MailError) {
        var inner = text[...]
        if inner.utf8.first == 0x3C, inner.utf8.last == 0x3E { inner = inner.dropFirst().dropLast() }
        guard inner.utf8.count <= Self.maximumLength, let at = inner.utf8.firstIndex(of: 0x40) else {
            throw Self.malformed
        }
        let left = String(inner[..<at])
        let right = String(inner[inner.utf8.index(after: at)...])
        guard MailText.isASCII(left), MailText.isASCII(right), QuotedText.isDotAtom(left),
            QuotedText.isDotAtom(right) || Self.isLiteral(right)
        else { throw Self.malformed }
        rawValue = String(inner)
    }

    private static var malformed: MailError {
        MailError(.invalidHeader, "A Message-ID has the form left@right, in ASCII and without spaces.")
    }

    private static func isLiteral(_ text: String) -> Bool {
        text.utf8.first == 0x5B && text.utf8.last == 0x5D
            && text.utf8.dropFirst().dropLast().allSatisfy { $0.isAlphanumeric || $0 == 0x2E || $0 == 0x3A }
    }

    /// The same name for the same key, so that a mail that is sent again can be recognised.
    public init(derivedFrom key: IdempotencyKey, domain: MailDomain) {
        let digest = (try? Digest.hash(.sha256, Array(key.rawValue.utf8))) ?? []
        rawValue = "\(Hex.encode(digest.prefix(16)))@\(Self.right(domain))"
    }

    /// A name that no other message has: 128 random bits.
    public static func random(domain: MailDomain, _ source: any RandomSource = SystemRandom()) -> MessageID {
        MessageID(trusted: "\(Hex.encode(source.bytes(16)))@\(right(domain))")
    }

    private init(trusted text: String) { rawValue = text }

    /// The longest domain that leaves the line whole.
    private static func right(_ domain: MailDomain) -> String {
        domain.wireText.utf8.count <= 200 ? domain.wireText : "long.invalid"
    }

    /// The name in angle brackets.
    public var description: String { "<\(rawValue)>" }
}
