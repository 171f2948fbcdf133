import CGroundworkOpenSSL
package import GroundworkCore

/// Authenticated encryption with AES-256-GCM (NIST SP 800-38D): a fresh random nonce of 12 bytes before the text, the
/// tag of 16 bytes after it. One key may seal 2^32 messages.
package struct AESGCM: Sendable {
    private let key: Secret<[UInt8]>

    /// How much longer sealed bytes are.
    package static let overhead = 28

    /// Takes a key of 32 bytes; nil for any other length.
    package init?(key: Secret<[UInt8]>) {
        guard key.withValue({ $0.count }) == 32 else { return nil }
        self.key = key
    }

    /// Encrypts; `extra` is authenticated but not part of the result.
    package func seal(_ bytes: [UInt8], authenticating extra: [UInt8] = []) throws(CryptoError) -> [UInt8] {
        let nonce = SystemRandom().bytes(12)
        let sealed = unsafe [UInt8].filled(capacity: bytes.count + 16) { target in
            unsafe call(nonce, extra, bytes) { key, nonce, extra, extraCount, bytes, count in
                unsafe gw_aes_gcm_seal(key, nonce, extra, extraCount, bytes, count, target)
            } ? bytes.count + 16 : 0
        }
        guard let sealed else { throw CryptoError("AES-256-GCM encryption") }
        return nonce + sealed
    }

    /// Decrypts; nil when anything was altered, cut or sealed with another key or other extra bytes.
    package func open(_ sealed: [UInt8], authenticating extra: [UInt8] = []) -> [UInt8]? {
        guard sealed.count >= Self.overhead else { return nil }
        let nonce = Array(sealed[..<12])
        let bytes = Array(sealed[12...])
        var isValid = false
        let text = unsafe [UInt8](unsafeUninitializedCapacity: max(1, bytes.count - 16)) { buffer, count in
            guard let target = buffer.baseAddress else { return }
            isValid = unsafe call(nonce, extra, bytes) { key, nonce, extra, extraCount, bytes, count in
                guard let bytes = unsafe bytes else { return 0 }
                return unsafe gw_aes_gcm_open(key, nonce, extra, extraCount, bytes, count, target)
            }
            count = isValid ? bytes.count - 16 : 0
        }
        return isValid ? text : nil
    }

    private func call(
        _ nonce: [UInt8],
        _ extra: [UInt8],
        _ bytes: [UInt8],
        _ body: (
            UnsafePointer<UInt8>, UnsafePointer<UInt8>, UnsafePointer<UInt8>?, Int, UnsafePointer<UInt8>?, Int
        ) -> Int32
    ) -> Bool {
        key.withValue { key in
            unsafe key.withUnsafeBufferPointer { key in
                unsafe nonce.withUnsafeBufferPointer { nonce in
                    unsafe extra.withUnsafeBufferPointer { extra in
                        unsafe bytes.withUnsafeBufferPointer { bytes in
                            guard let key = key.baseAddress, let nonce = nonce.baseAddress else { return false }
                            return unsafe body(
                                key,
                                nonce,
                                extra.baseAddress,
                                extra.count,
                                bytes.baseAddress,
                                bytes.count
                            )
                                == 1
                        }
                    }
                }
            }
        }
    }
}
