import CGroundworkOpenSSL
import GroundworkCore

/// An RSA key that verifies RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, section 3.3; RFC 8017, section 8.2).
///
/// Prepared once and used by any number of tasks at once: each verification borrows a context of the library from a
/// small store, so that the hot path makes nothing and waits for nobody.
package final class RSAPublicKey: Sendable {
    /// The length of the modulus in bits.
    package let bitCount: Int
    /// The length of a signature in bytes.
    package let signatureByteCount: Int
    private let key: RS256Key
    private let idle: Locked<[RS256Context]>

    /// No more contexts than this wait for their next use.
    private static let maximumIdle = 64

    /// Takes modulus and exponent as big-endian numbers without leading zeros (RFC 7518, section 6.3.1).
    ///
    /// Nil unless the modulus is odd and has 2048 to 8192 bits and the exponent is odd and lies between 3 and 2^32;
    /// exponents below 65,537 are refused, since only broken software makes them.
    package init?(modulus: [UInt8], exponent: [UInt8]) {
        guard let first = modulus.first, first != 0, let last = modulus.last, last & 1 == 1,
            let firstOfExponent = exponent.first, firstOfExponent != 0, exponent.count <= 4
        else { return nil }
        let bits = modulus.count * 8 - first.leadingZeroBitCount
        let value = exponent.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard (2048...8192).contains(bits), value >= 65_537, value & 1 == 1 else { return nil }
        guard let key = RS256Key(modulus: modulus, exponent: exponent), let context = RS256Context() else { return nil }
        self.key = key
        bitCount = bits
        signatureByteCount = modulus.count
        idle = Locked([context])
    }

    /// Whether `signature` is the key's RS256 signature of `message`.
    package func isValid(_ signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
        guard signature.count == signatureByteCount else { return false }
        guard let context = idle.withLock({ $0.popLast() }) ?? RS256Context() else { return false }
        let valid = context.verify(signature, of: message, by: key)
        idle.withLock { if $0.count < Self.maximumIdle { $0.append(context) } }
        return valid
    }

    /// Whether `signature` is the key's RS256 signature of `message`.
    package func isValid(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        isValid(signature.span, of: message.span)
    }
}

/// A prepared key of the library.
@safe private final class RS256Key: @unchecked Sendable {
    // Unchecked: nothing writes to it once it is made.
    let pointer: OpaquePointer

    init?(modulus: [UInt8], exponent: [UInt8]) {
        let made = unsafe modulus.withUnsafeBufferPointer { n in
            unsafe exponent.withUnsafeBufferPointer { e -> OpaquePointer? in
                guard let n0 = n.baseAddress, let e0 = e.baseAddress else { return nil }
                return unsafe gw_rs256_key_new(n0, n.count, e0, e.count)
            }
        }
        guard let made = unsafe made else { return nil }
        unsafe pointer = made
    }

    deinit { unsafe gw_rs256_key_free(pointer) }
}

/// What one verification at a time needs of the library.
@safe private final class RS256Context: @unchecked Sendable {
    // Unchecked: whoever took it from the store is its only user until it is put back.
    private let pointer: OpaquePointer
    private let algorithm = DigestAlgorithm.sha256.implementation

    init?() {
        guard let made = unsafe gw_rs256_context_new() else { return nil }
        unsafe pointer = made
    }

    deinit { unsafe gw_rs256_context_free(pointer) }

    func verify(_ signature: Span<UInt8>, of message: Span<UInt8>, by key: RS256Key) -> Bool {
        guard let sha256 = unsafe algorithm.pointer else { return false }
        return unsafe message.withUnsafeBufferPointer { message in
            unsafe signature.withUnsafeBufferPointer {
                guard let bytes = $0.baseAddress else { return false }
                return unsafe gw_rs256_verify(
                    key.pointer,
                    pointer,
                    sha256,
                    message.baseAddress,
                    message.count,
                    bytes,
                    $0.count
                ) == 1
            }
        }
    }
}
