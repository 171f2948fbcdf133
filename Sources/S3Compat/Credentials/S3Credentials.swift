public import FoundationEssentials

/// An access key with its secret, and a session token where the key is a temporary one.
public struct S3Credentials: Sendable, Hashable, CustomStringConvertible {
    /// The access key's public name.
    public var accessKeyID: String
    /// The secret that signs.
    public var secretAccessKey: Secret<String>
    /// The token of temporary credentials.
    public var sessionToken: Secret<String>?
    /// When temporary credentials end; presigned requests are not made to outlive them.
    public var expiration: Date?

    /// Makes credentials. White space around the values, which pasting leaves behind, is removed.
    public init(
        accessKeyID: String,
        secretAccessKey: Secret<String>,
        sessionToken: Secret<String>? = nil,
        expiration: Date? = nil
    ) {
        self.accessKeyID = accessKeyID.trimmingASCIIWhitespace()
        self.secretAccessKey = secretAccessKey.map { $0.trimmingASCIIWhitespace() }
        self.sessionToken = sessionToken.map { $0.map { $0.trimmingASCIIWhitespace() } }
        self.expiration = expiration
    }

    /// The access key's first four characters; nothing secret.
    public var description: String { "S3Credentials(\(accessKeyID.prefix(4))…)" }

    /// By the public name only.
    public func hash(into hasher: inout Hasher) { hasher.combine(accessKeyID) }
}

/// Where credentials come from. It is asked before **every attempt**, so that keys can rotate under a running program.
///
/// One job: return credentials that are valid now. A conformer that fetches them over a network caches them itself.
///
///     struct VaultCredentials: S3CredentialsProvider {
///         let vault: Vault
///         func credentials() async throws -> S3Credentials { try await vault.currentKey() }
///     }
public protocol S3CredentialsProvider: Sendable {
    /// The credentials to sign with now.
    func credentials() async throws -> S3Credentials
}

/// Credentials that do not change.
public struct S3StaticCredentials: S3CredentialsProvider {
    private let value: S3Credentials

    /// Uses `credentials` for every request.
    public init(_ credentials: S3Credentials) { value = credentials }

    /// Always the same.
    public func credentials() async throws -> S3Credentials { value }
}

extension S3CredentialsProvider where Self == S3StaticCredentials {
    /// Credentials that do not change.
    public static func fixed(_ credentials: S3Credentials) -> S3StaticCredentials { S3StaticCredentials(credentials) }

    /// An access key that does not change.
    public static func fixed(
        accessKeyID: String,
        secretAccessKey: Secret<String>,
        sessionToken: Secret<String>? = nil
    ) -> S3StaticCredentials {
        S3StaticCredentials(
            S3Credentials(accessKeyID: accessKeyID, secretAccessKey: secretAccessKey, sessionToken: sessionToken)
        )
    }
}
