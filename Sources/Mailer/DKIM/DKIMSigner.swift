package import FoundationEssentials
public import GroundworkCore
package import GroundworkCrypto

/// Signs messages for a domain (RFC 6376, RFC 8463), with one key or with several at once.
///
///     var signer = DKIMSigner(domain: try MailDomain("example.org"))
///     signer.keys = [
///         .init(selector: try DKIMSelector("rsa2026"), key: try DKIMKey(pathOrContents: Secret(rsaPath))),
///         .init(selector: try DKIMSelector("ed2026"), key: try DKIMKey(pathOrContents: Secret(ed25519Path))),
///     ]
///     let signature = try await signer.signature(of: composed)
///     for try await chunk in composed.chunks(prefix: signature) { … }
///
/// The body is read twice: once for its hash, once when it is sent. Attachments that can be read once only cannot be
/// signed.
public struct DKIMSigner: Sendable {
    /// A key with the name under which it is published.
    public struct Key: Sendable {
        /// Where the public key is published.
        public var selector: DKIMSelector
        /// The private key.
        public var key: DKIMKey

        /// Takes both.
        public init(selector: DKIMSelector, key: DKIMKey) {
            self.selector = selector
            self.key = key
        }
    }

    /// The domain that vouches for the messages; for DMARC, that of `From` or one above it.
    public var domain: MailDomain
    /// The keys; each makes a signature of its own. RSA beside Ed25519 reaches every verifier.
    public var keys: [Key]
    /// How the header is made the same again.
    public var headerCanonicalization = DKIMCanonicalization.relaxed
    /// How the body is made the same again.
    public var bodyCanonicalization = DKIMCanonicalization.relaxed
    /// The fields that are signed wherever they are there; `From` always is.
    public var signedFields = DKIMSigner.defaultSignedFields
    /// The fields that are signed once more than they are there, so that nobody can add one.
    public var oversignedFields = DKIMSigner.defaultOversignedFields
    /// How long a signature holds; nil leaves that to the verifier.
    public var lifetime: Duration?
    /// On whose behalf it is signed: an address in ``domain`` or below; nil is the whole domain.
    public var identity: EnvelopeAddress?

    /// What RFC 6376, section 5.4.1, recommends, and what RFC 8058 asks for.
    public static let defaultSignedFields: [HeaderName] = [
        "From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
        "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Language", "List-Unsubscribe",
        "List-Unsubscribe-Post", "List-Id", "Importance", "X-Priority",
    ].map { HeaderName(trusted: $0) }

    /// The fields that readers show or act upon.
    public static let defaultOversignedFields: [HeaderName] = [
        "From", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "Content-Type", "List-Unsubscribe",
        "List-Unsubscribe-Post",
    ].map { HeaderName(trusted: $0) }

    /// Makes a signer.
    public init(domain: MailDomain, keys: [Key] = []) {
        self.domain = domain
        self.keys = keys
    }

    /// The signatures of a message: header fields, each with its CRLF, that go before all others.
    /// - Parameters:
    ///   - message: the message as composed.
    ///   - time: the clock for the time of signing.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration`` without a key, for an identity outside the
    ///   domain or a name with a semicolon among the fields to sign, with ``MailError/Code/unsupported`` for a message that can be read once only.
    public func signature(of message: MIMEMessage, time: any TimeSource = SystemTime()) async throws -> [UInt8] {
        guard message.isReplayable else {
            throw MailError(
                .unsupported,
                "A message with an attachment that can be read once only cannot be signed; give it as bytes, a file, or a "
                    + "replayable stream."
            )
        }
        do {
            var hasher = try DKIMBodyHasher(bodyCanonicalization)
            for try await chunk in message.body { hasher.update(chunk) }
            return try signature(header: message.header, bodyHash: hasher.finalize(), now: time.now)
        } catch let error as CryptoError {
            throw MailError(.cryptographyFailed, "The body's hash could not be made.", underlyingError: error)
        }
    }

    /// The signatures over a header and a body of this hash.
    package func signature(header: [UInt8], bodyHash: [UInt8], now: Date) throws(MailError) -> [UInt8] {
        guard !keys.isEmpty else {
            throw MailError(.invalidConfiguration, "The DKIM signer for \(domain) has no key.")
        }
        guard !domain.isLiteral else {
            throw MailError(.invalidConfiguration, "The DKIM domain \(domain) is a numeric address; DKIM needs a name.")
        }
        if let name = identity?.domain.wireText, name != domain.wireText, !name.hasSuffix(".\(domain.wireText)") {
            throw MailError(.invalidConfiguration, "The DKIM identity \(name) is not in the domain \(domain).")
        }
        if let name = (signedFields + oversignedFields).first(where: { $0.rawValue.utf8.contains(0x3B) }) {
            throw MailError(
                .invalidConfiguration,
                "The header \(name) cannot be signed, for a semicolon ends the list of names (RFC 6376, section 3.2); leave it "
                    + "out of signedFields and oversignedFields."
            )
        }
        let fields = DKIMHeaderFields(header)
        let names = signedNames(fields)
        let signed = fields.signedBytes(names, headerCanonicalization)
        var result: [UInt8] = []
        for key in keys {
            var field = DKIMSignatureField(signer: self, key: key, names: names, bodyHash: bodyHash, now: now)
            var input = signed
            headerCanonicalization.append(field.bytes.span, to: &input)
            input.removeLast(2)
            do {
                field.append(signature: try Self.sign(input, key.key))
            } catch {
                throw MailError(.cryptographyFailed, "The DKIM signature could not be made.", underlyingError: error)
            }
            result += field.bytes
        }
        return result
    }

    /// Signs what RFC 6376, section 3.7, and RFC 8463, section 3, say: Ed25519 signs the digest.
    package static func sign(_ input: [UInt8], _ key: DKIMKey) throws(CryptoError) -> [UInt8] {
        switch key.algorithm {
        case .rsa: try key.key.sign(input)
        case .ed25519: try key.key.sign(Digest.hash(.sha256, input))
        }
    }

    /// The names for `h=`: each as often as it is there, and once more if it is oversigned.
    private func signedNames(_ fields: DKIMHeaderFields) -> [String] {
        var result: [String] = []
        result.reserveCapacity(signedFields.count + oversignedFields.count + 4)
        var seen: [HeaderName] = []
        seen.reserveCapacity(signedFields.count + oversignedFields.count)
        for list in [[HeaderName(trusted: "From")], signedFields, oversignedFields] {
            for name in list where !seen.contains(name) {
                seen.append(name)
                let extra = oversignedFields.contains(name) ? 1 : 0
                for _ in 0..<fields.count(of: name.rawValue) + extra { result.append(name.rawValue) }
            }
        }
        return result
    }
}
