import CGroundworkOpenSSL

/// An RSA key that signs RS256. For test kits: nothing in the products signs with RSA.
package final class RSAPrivateKey: Sendable {
    private let key: KeyHandle
    /// The modulus, big-endian.
    package let modulus: [UInt8]
    /// The exponent, big-endian.
    package let exponent: [UInt8]

    /// Makes a fresh key with exponent 65,537.
    package init(bitCount: Int = 2048) throws(CryptoError) {
        guard (512...16_384).contains(bitCount), let key = unsafe KeyHandle(gw_rsa_generate(UInt32(bitCount))) else {
            throw CryptoError("Making an RSA key of \(bitCount) bits")
        }
        self.key = key
        guard let modulus = unsafe [UInt8].filled(capacity: 2048, { unsafe gw_rsa_number(key.pointer, 0, $0, 2048) }),
            let exponent = unsafe [UInt8].filled(capacity: 8, { unsafe gw_rsa_number(key.pointer, 1, $0, 8) })
        else { throw CryptoError("Reading an RSA key") }
        self.modulus = modulus
        self.exponent = exponent
    }

    /// The RS256 signature of a message.
    package func sign(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
        let signature = unsafe [UInt8].filled(capacity: modulus.count) { target in
            unsafe message.withUnsafeBufferPointer {
                unsafe gw_rs256_sign(key.pointer, $0.baseAddress, $0.count, target, modulus.count)
            }
        }
        guard let signature else { throw CryptoError("RS256 signature") }
        return signature
    }
}
