import GroundworkCrypto

/// A private key that signs mail (RFC 6376, RFC 8463): RSA of at least 1,024 bits, or Ed25519. Parsed once.
public struct DKIMKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// The algorithm.
    public enum Algorithm: String, Sendable, Hashable, CaseIterable {
        /// RSA with SHA-256, which every verifier knows.
        case rsa = "rsa-sha256"
        /// Ed25519 with SHA-256: short and fast, unknown to some verifiers (RFC 8463).
        case ed25519 = "ed25519-sha256"
    }

    let key: SigningKey
    /// The algorithm.
    public let algorithm: Algorithm

    /// Keys with fewer bits are refused by verifiers (RFC 8301, section 3.2).
    public static let minimumRSABits = 1024

    /// Reads a key from a file or from its text: PEM of PKCS #8 or PKCS #1, base64 of it, or, for Ed25519, base64 of the
    /// 32 bytes of the seed.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidPrivateKey``; it never repeats the text.
    public init(pathOrContents text: Secret<String>) throws(MailError) {
        let (seed, pem) = try text.withValue { text throws(MailError) -> ([UInt8]?, PEMText?) in
            if let seed = Base64.decode(text.trimmingASCIIWhitespace()), seed.count == 32 { return (seed, nil) }
            do throws(TextParsingError) {
                return (nil, try PEMText(pathOrContents: text))
            } catch {
                throw Self.refused("\(error.reason)")
            }
        }
        let key: SigningKey
        do {
            if let seed {
                key = try SigningKey(ed25519Seed: seed)
            } else if let pem {
                key = try pem.der.withValue { der throws(SigningKey.Refusal) in try SigningKey(der: der) }
            } else {
                throw SigningKey.Refusal.invalid
            }
        } catch SigningKey.Refusal.otherAlgorithm {
            throw Self.refused("it is neither an RSA nor an Ed25519 key")
        } catch {
            throw Self.refused("it is no unencrypted private key in PKCS #8 or PKCS #1")
        }
        try self.init(key)
    }

    /// Makes a fresh key. For tests, and for a tool that sets up a domain.
    /// - Throws: ``MailError`` with ``MailError/Code/cryptographyFailed``.
    public static func generate(_ algorithm: Algorithm) throws(MailError) -> DKIMKey {
        do {
            return try DKIMKey(SigningKey(generating: algorithm == .rsa ? .rsa : .ed25519))
        } catch {
            throw MailError(.cryptographyFailed, "No key could be made.", underlyingError: error)
        }
    }

    init(_ key: SigningKey) throws(MailError) {
        guard key.algorithm == .ed25519 || key.bitCount >= Self.minimumRSABits else {
            throw Self.refused("an RSA key needs at least \(Self.minimumRSABits) bits, better 2048")
        }
        self.key = key
        algorithm = key.algorithm == .rsa ? .rsa : .ed25519
    }

    private static func refused(_ reason: String) -> MailError {
        MailError(.invalidPrivateKey, "The DKIM key cannot be used: \(reason).")
    }

    /// The text of the TXT record at `selector._domainkey.domain` (RFC 6376, section 3.6.1).
    public var dnsRecord: String {
        "v=DKIM1; k=\(algorithm == .rsa ? "rsa" : "ed25519"); p=\(Base64.encode(key.publicKey))"
    }

    /// The algorithm; never the key.
    public var description: String { "DKIMKey(\(algorithm.rawValue))" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
