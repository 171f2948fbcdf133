import GroundworkCrypto

/// The name of one logical mail: whoever gets two mails with the same key sends the second one no more.
public struct IdempotencyKey: Sendable, Hashable, CustomStringConvertible {
    /// The key: 1 to 256 printable ASCII characters, without spaces.
    public let rawValue: String

    /// The longest key that every provider takes, in characters.
    public static let maximumLength = 256

    /// Takes a key of your own, such as `order-4711/confirmation`.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidMessage`` when it is empty, longer than
    ///   ``maximumLength``, or has other characters than printable ASCII.
    public init(_ text: String) throws(MailError) {
        guard (1...Self.maximumLength).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw MailError(
                .invalidMessage,
                "An idempotency key has 1 to \(Self.maximumLength) printable ASCII characters and no spaces."
            )
        }
        rawValue = text
    }

    private init(trusted text: String) { rawValue = text }

    /// A key derived from what makes a mail the one that it is, such as template, recipient and the hash of a token.
    ///
    /// The parts cannot be read from it, and no two lists of parts give the same one.
    /// - Throws: ``MailError`` with ``MailError/Code/cryptographyFailed``.
    public init(derivedFrom parts: [String]) throws(MailError) {
        var bytes: [UInt8] = []
        for part in parts {
            bytes += Array("\(part.utf8.count):".utf8)
            bytes += Array(part.utf8)
        }
        do {
            rawValue = Hex.encode(try Digest.hash(.sha256, bytes))
        } catch {
            throw MailError(.cryptographyFailed, "No SHA-256 digest could be made.", underlyingError: error)
        }
    }

    /// A key that no other mail has: 128 random bits.
    public static func random(_ source: any RandomSource = SystemRandom()) -> IdempotencyKey {
        IdempotencyKey(trusted: Hex.encode(source.bytes(16)))
    }

    /// The key.
    public var description: String { rawValue }
}
