import CGroundworkOpenSSL

/// A P-256 key that verifies ES256 (RFC 7518, section 3.4).
package final class P256PublicKey: Sendable {
    private let key: KeyHandle
    /// The uncompressed point: 4, x, y; 65 bytes.
    package let point: [UInt8]

    /// Takes the uncompressed point; nil unless it lies on the curve.
    package init?(point: [UInt8]) {
        guard point.count == 65, point.first == 4 else { return nil }
        let made = unsafe point.withUnsafeBufferPointer { bytes -> KeyHandle? in
            guard let base = bytes.baseAddress else { return nil }
            return unsafe KeyHandle(gw_p256_public_key(base))
        }
        guard let made else { return nil }
        key = made
        self.point = point
    }

    /// Takes the two coordinates of a JWK, 32 bytes each (RFC 7518, section 6.2.1).
    package convenience init?(x: [UInt8], y: [UInt8]) {
        guard x.count == 32, y.count == 32 else { return nil }
        self.init(point: [4] + x + y)
    }

    /// Takes the DER of a SubjectPublicKeyInfo (RFC 5480); nil unless it holds a P-256 key and nothing else.
    package convenience init?(subjectPublicKeyInfo der: [UInt8]) {
        let made = unsafe der.withUnsafeBufferPointer { bytes -> KeyHandle? in
            guard let base = bytes.baseAddress else { return nil }
            return unsafe KeyHandle(gw_p256_public_key_from_spki(base, bytes.count))
        }
        guard let made else { return nil }
        self.init(of: made)
    }

    init?(of key: KeyHandle) {
        guard
            let point = unsafe [UInt8].filled(capacity: 65, { unsafe gw_p256_point(key.pointer, $0) == 1 ? 65 : 0 })
        else { return nil }
        self.key = key
        self.point = point
    }

    /// Whether `signature`, r and s of 32 bytes each, signs the message.
    package func isValid(_ signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
        guard signature.count == 64 else { return false }
        return unsafe message.withUnsafeBufferPointer { message in
            unsafe signature.withUnsafeBufferPointer {
                guard let bytes = $0.baseAddress else { return false }
                return unsafe gw_es256_verify(key.pointer, message.baseAddress, message.count, bytes) == 1
            }
        }
    }

    /// Whether `signature`, r and s of 32 bytes each, signs the message.
    package func isValid(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        isValid(signature.span, of: message.span)
    }

    /// Whether the DER form of a signature (RFC 3279, section 2.2.3) signs the message.
    package func isValid(derSignature signature: [UInt8], of message: [UInt8]) -> Bool {
        unsafe message.withUnsafeBufferPointer { message in
            unsafe signature.withUnsafeBufferPointer {
                guard let bytes = $0.baseAddress else { return false }
                return unsafe gw_es256_verify_der(key.pointer, message.baseAddress, message.count, bytes, $0.count)
                    == 1
            }
        }
    }
}
