/// A key with the name that Apple gave it.
public struct AppleSigningKey: Sendable {
    /// The Key ID: 10 characters.
    public let keyID: String
    /// The key.
    public let privateKey: ApplePrivateKey

    /// Pairs a key with its name.
    public init(keyID: String, privateKey: ApplePrivateKey) {
        self.keyID = keyID
        self.privateKey = privateKey
    }
}

/// A team of the developer program with its keys for Sign in with Apple.
public struct AppleTeam: Sendable {
    /// The Team ID: 10 characters.
    public let teamID: String
    /// The keys, the preferred first. When Apple refuses one (`invalid_client`), the next is tried: so a key is
    /// replaced without a gap by configuring both for a while.
    public let keys: [AppleSigningKey]

    /// A team with at least one key.
    public init(teamID: String, keys: [AppleSigningKey]) {
        self.teamID = teamID
        self.keys = keys
    }
}
