import CGroundworkOpenSSL

/// A key for HMAC (RFC 2104), hashed once: each message starts from copies of the two prepared states.
package final class HMACKey: @unchecked Sendable {
    // Unchecked: nothing changes after init; the states are copied from, never updated.
    package let algorithm: DigestAlgorithm
    private let inner: Digest
    private let outer: Digest

    /// Prepares a key of any length, the empty one included.
    package init(_ algorithm: DigestAlgorithm, key: [UInt8]) throws(CryptoError) {
        self.algorithm = algorithm
        let short = key.count > algorithm.blockByteCount ? try Digest.hash(algorithm, key) : key
        let padded = short + [UInt8](repeating: 0, count: algorithm.blockByteCount - short.count)
        inner = try Digest(algorithm)
        inner.update(padded.map { $0 ^ 0x36 })
        outer = try Digest(algorithm)
        outer.update(padded.map { $0 ^ 0x5C })
    }

    /// The authentication code of a message.
    package func authenticate(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
        let result = unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            guard let target = buffer.baseAddress else { return }
            let done = unsafe message.withUnsafeBytes { bytes in
                unsafe gw_hmac(inner.context, outer.context, bytes.baseAddress, bytes.count, target)
            }
            count = done == 1 ? algorithm.byteCount : 0
        }
        guard result.count == algorithm.byteCount else { throw CryptoError("HMAC with \(algorithm)") }
        return result
    }
}
