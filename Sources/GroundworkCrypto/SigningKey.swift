import CGroundworkOpenSSL

/// A private key that signs mail: RSA with PKCS #1 v1.5 and SHA-256, or Ed25519 (RFC 8032). Parsed once, used by many.
package final class SigningKey: Sendable {
    /// The algorithm.
    package enum Algorithm: Sendable, Hashable {
        case rsa
        case ed25519
    }

    /// Why bytes are no such key.
    package enum Refusal: Error, Sendable, Hashable {
        /// Damaged, encrypted, or no private key at all.
        case invalid
        /// A private key of another algorithm, such as an elliptic curve.
        case otherAlgorithm
    }

    private let key: KeyHandle
    /// The algorithm.
    package let algorithm: Algorithm
    /// The size in bits: that of the modulus for RSA.
    package let bitCount: Int
    /// The public key: the DER of SubjectPublicKeyInfo for RSA, 32 bytes for Ed25519.
    package let publicKey: [UInt8]

    /// Reads the DER of PKCS #8 (RFC 5958) or, for RSA, of PKCS #1 (RFC 8017), and proves that the numbers are a key.
    package convenience init(der: [UInt8]) throws(Refusal) {
        var pointer: OpaquePointer?
        let kind = unsafe der.withUnsafeBufferPointer { bytes -> Int in
            guard let base = bytes.baseAddress else { return GW_SIGNING_KEY_INVALID }
            return unsafe Int(gw_signing_key(base, bytes.count, &pointer))
        }
        switch kind {
        case GW_SIGNING_KEY_RSA: try unsafe self.init(KeyHandle(pointer), .rsa)
        case GW_SIGNING_KEY_ED25519: try unsafe self.init(KeyHandle(pointer), .ed25519)
        case GW_SIGNING_KEY_OTHER: throw .otherAlgorithm
        default: throw .invalid
        }
    }

    /// An Ed25519 key from its seed of 32 bytes (RFC 8032, section 5.1.5).
    package convenience init(ed25519Seed seed: [UInt8]) throws(Refusal) {
        guard seed.count == 32 else { throw .invalid }
        let pointer = unsafe seed.withUnsafeBufferPointer { bytes in
            unsafe bytes.baseAddress.flatMap { unsafe gw_ed25519_key($0) }
        }
        try unsafe self.init(KeyHandle(pointer), .ed25519)
    }

    /// Makes a fresh key. For test kits.
    package convenience init(generating algorithm: Algorithm, bitCount: Int = 2048) throws(Refusal) {
        switch algorithm {
        case .rsa: try unsafe self.init(KeyHandle(gw_rsa_generate(UInt32(bitCount))), .rsa)
        case .ed25519: try unsafe self.init(KeyHandle(gw_ed25519_generate()), .ed25519)
        }
    }

    private init(_ key: KeyHandle?, _ algorithm: Algorithm) throws(Refusal) {
        guard let key,
            let publicKey = unsafe [UInt8].filled(
                capacity: 4096,
                { unsafe Int(gw_signing_key_public(key.pointer, $0, 4096)) }
            )
        else { throw .invalid }
        self.key = key
        self.algorithm = algorithm
        self.publicKey = publicKey
        bitCount = unsafe Int(gw_signing_key_bits(key.pointer))
    }

    /// The signature of a message: RSASSA-PKCS1-v1_5 over its SHA-256 digest, or PureEdDSA over the message itself.
    package func sign(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
        let capacity = unsafe algorithm == .rsa ? Int(gw_signing_key_size(key.pointer)) : 64
        let signature = unsafe [UInt8].filled(capacity: capacity) { target in
            unsafe message.withUnsafeBufferPointer { bytes in
                switch algorithm {
                case .rsa: unsafe Int(gw_rs256_sign(key.pointer, bytes.baseAddress, bytes.count, target, capacity))
                case .ed25519:
                    unsafe gw_ed25519_sign(key.pointer, bytes.baseAddress, bytes.count, target) == 1 ? 64 : 0
                }
            }
        }
        guard let signature else { throw CryptoError(algorithm == .rsa ? "RS256 signature" : "Ed25519 signature") }
        return signature
    }
}
