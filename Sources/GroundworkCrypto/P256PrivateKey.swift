import CGroundworkOpenSSL

/// A P-256 key that signs ES256 (RFC 7518, section 3.4).
package final class P256PrivateKey: Sendable {
    /// What bytes are that are no unencrypted PKCS #8 private key.
    package enum OtherDER: Sendable, Hashable {
        case encryptedKey, publicKey, certificate, ellipticCurveKey, rsaKey, unknown
    }

    /// Why bytes are no such key.
    package enum Refusal: Error, Sendable, Hashable {
        /// Not the DER of an unencrypted PKCS #8 private key.
        case notPKCS8(OtherDER)
        /// A PKCS #8 key of another algorithm, such as RSA.
        case notEllipticCurve
        /// An elliptic-curve key on another curve.
        case otherCurve
        /// Damaged: the numbers are no key.
        case invalid
    }

    private let key: KeyHandle
    /// The public key.
    package let publicKey: P256PublicKey

    /// Reads the DER of an unencrypted PKCS #8 key (RFC 5208) and proves that it is a P-256 key.
    package init(pkcs8 der: [UInt8]) throws(Refusal) {
        var pointer: OpaquePointer?
        let outcome = unsafe der.withUnsafeBufferPointer { bytes -> Int in
            guard let base = bytes.baseAddress else { return GW_KEY_NOT_PKCS8 }
            return unsafe Int(gw_p256_private_key(base, bytes.count, &pointer))
        }
        switch outcome {
        case GW_KEY_MADE: break
        case GW_KEY_NOT_PKCS8: throw .notPKCS8(Self.kind(of: der))
        case GW_KEY_NOT_EC: throw .notEllipticCurve
        case GW_KEY_NOT_P256: throw .otherCurve
        default: throw .invalid
        }
        guard let key = unsafe KeyHandle(pointer), let publicKey = P256PublicKey(of: key) else { throw .invalid }
        self.key = key
        self.publicKey = publicKey
    }

    private static func kind(of der: [UInt8]) -> OtherDER {
        let kind = unsafe der.withUnsafeBufferPointer { bytes -> Int in
            guard let base = bytes.baseAddress else { return GW_DER_UNKNOWN }
            return unsafe Int(gw_der_kind(base, bytes.count))
        }
        return switch kind {
        case GW_DER_ENCRYPTED_KEY: .encryptedKey
        case GW_DER_PUBLIC_KEY: .publicKey
        case GW_DER_CERTIFICATE: .certificate
        case GW_DER_EC_KEY: .ellipticCurveKey
        case GW_DER_RSA_KEY: .rsaKey
        default: .unknown
        }
    }

    /// Makes a fresh key.
    package init() throws(CryptoError) {
        guard let key = unsafe KeyHandle(gw_p256_generate()), let publicKey = P256PublicKey(of: key) else {
            throw CryptoError("Making a P-256 key")
        }
        self.key = key
        self.publicKey = publicKey
    }

    /// The DER of PKCS #8.
    package func pkcs8() throws(CryptoError) -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = unsafe gw_private_key_der(key.pointer, &bytes)
        defer { unsafe gw_free(bytes) }
        guard count > 0, let bytes = unsafe bytes else { throw CryptoError("Writing a P-256 key") }
        return unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    }

    /// The ES256 signature of a message: r and s, 32 bytes each.
    package func sign(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
        let signature = unsafe [UInt8].filled(capacity: 64) { target in
            unsafe message.withUnsafeBufferPointer {
                unsafe gw_es256_sign(key.pointer, $0.baseAddress, $0.count, target) == 1 ? 64 : 0
            }
        }
        guard let signature else { throw CryptoError("ES256 signature") }
        return signature
    }
}
