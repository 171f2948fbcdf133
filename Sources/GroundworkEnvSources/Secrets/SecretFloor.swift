import GroundworkEnvModel

/// The least that a secret of a kind must have.
struct SecretFloor {
    /// Bytes of key.
    let bytes: Int
    /// Bits of estimated entropy.
    let bits: Double
    /// Whether less of it is an error and not only a warning.
    let isFirm: Bool

    /// Nil for kinds that are judged in another way.
    init?(_ kind: EnvSecretTraits.Kind) {
        switch kind {
        // RFC 7518, section 3.2: a key of the size of the hash or larger.
        case .hs256: self.init(bytes: 32, bits: 100, isFirm: true)
        // AES-128 has the shortest key in use.
        case .encryptionKey: self.init(bytes: 16, bits: 56, isFirm: true)
        case .apiToken: self.init(bytes: 12, bits: 36, isFirm: false)
        case .password: self.init(bytes: 10, bits: 28, isFirm: false)
        case .privateKey, .appleKey, .connectionURL: return nil
        default: self.init(bytes: 8, bits: 22, isFirm: false)
        }
    }

    private init(bytes: Int, bits: Double, isFirm: Bool) {
        (self.bytes, self.bits, self.isFirm) = (bytes, bits, isFirm)
    }

    /// The floor of the password in a connection URL.
    static let connectionPassword = SecretFloor(bytes: 8, bits: 22, isFirm: false)
}
