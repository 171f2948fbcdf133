/// What a secret is, where it lives and what its change costs: the source of `SECRETS_MANAGEMENT.md`.
public struct EnvSecretTraits: Sendable, Hashable {
    /// The kind, which decides the floor of length and entropy and the shape that is checked.
    public struct Kind: Sendable, Hashable, RawRepresentable {
        /// The name of the kind.
        public let rawValue: String
        /// Names a kind.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// Any secret; nothing is known of its shape.
        public static let generic = Kind(rawValue: "generic")
        /// A person's or program's password.
        public static let password = Kind(rawValue: "password")
        /// The key of HMAC-SHA256 signatures, at least 32 bytes (RFC 7518 section 3.2).
        public static let hs256 = Kind(rawValue: "hs256")
        /// A symmetric key for encryption.
        public static let encryptionKey = Kind(rawValue: "encryption-key")
        /// A vendor's API token.
        public static let apiToken = Kind(rawValue: "api-token")
        /// A private key in PEM or `.p8` form.
        public static let privateKey = Kind(rawValue: "private-key")
        /// A signing key of Apple, the `.p8` file of its developer portal: P-256 in PKCS#8.
        public static let appleKey = Kind(rawValue: "apple-key")
        /// A connection URL that holds a password.
        public static let connectionURL = Kind(rawValue: "connection-url")
    }

    /// The kind.
    public var kind: Kind
    /// Where the secret lives and is made, such as "Resend dashboard, API keys".
    public var origin: String?
    /// How to rotate it, step by step.
    public var rotation: [String]
    /// Whether old and new value may be valid side by side while services restart.
    public var allowsOverlap: Bool

    /// The traits of a secret.
    public init(
        kind: Kind = .generic,
        origin: String? = nil,
        rotation: [String] = [],
        allowsOverlap: Bool = false
    ) {
        self.kind = kind
        self.origin = origin
        self.rotation = rotation
        self.allowsOverlap = allowsOverlap
    }

    /// Any secret; nothing is known of its shape.
    public static let generic = EnvSecretTraits()
    /// A person's or program's password.
    public static let password = EnvSecretTraits(kind: .password)
    /// The key of HMAC-SHA256 signatures.
    public static let hs256 = EnvSecretTraits(kind: .hs256)
    /// A symmetric key for encryption.
    public static let encryptionKey = EnvSecretTraits(kind: .encryptionKey)
    /// A vendor's API token.
    public static let apiToken = EnvSecretTraits(kind: .apiToken)
    /// A private key in PEM or `.p8` form.
    public static let privateKey = EnvSecretTraits(kind: .privateKey)
    /// A connection URL that holds a password.
    public static let connectionURL = EnvSecretTraits(kind: .connectionURL)
}
