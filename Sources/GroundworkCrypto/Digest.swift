import CGroundworkOpenSSL

/// A running hash. It belongs to one task at a time, and is as good as new after ``finalize()``.
@safe package final class Digest {
    package let algorithm: DigestAlgorithm
    let context: OpaquePointer
    private var isValid = true

    /// Starts a hash.
    /// - Throws: ``CryptoError`` when the library does not offer the algorithm (MD5 under FIPS rules).
    package init(_ algorithm: DigestAlgorithm) throws(CryptoError) {
        guard let context = unsafe EVP_MD_CTX_new() else { throw CryptoError("\(algorithm) digest") }
        self.algorithm = algorithm
        unsafe self.context = unsafe context
        guard start() else { throw CryptoError("\(algorithm) digest") }
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    private func start() -> Bool {
        guard let implementation = unsafe algorithm.implementation.pointer else { return false }
        return unsafe gw_digest_start(context, implementation) == 1
    }

    /// Takes the next bytes.
    package func update(_ bytes: UnsafeRawBufferPointer) {
        if unsafe !bytes.isEmpty && EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) != 1 { isValid = false }
    }

    /// Takes the next bytes.
    package func update(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe update($0) }
    }

    /// Takes the next bytes.
    package func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe update($0) }
    }

    /// The digest of all bytes since the start, which then begins anew.
    /// - Throws: ``CryptoError`` when this or an update before it failed.
    package func finalize() throws(CryptoError) -> [UInt8] {
        let result = unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            var length: UInt32 = 0
            guard unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, &length) == 1 else { return }
            count = Int(length)
        }
        let wasValid = isValid
        isValid = start()
        guard wasValid, isValid, result.count == algorithm.byteCount else { throw CryptoError("\(algorithm) digest") }
        return result
    }

    /// The digest of one piece of data.
    package static func hash(_ algorithm: DigestAlgorithm, _ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        let digest = try Digest(algorithm)
        digest.update(bytes)
        return try digest.finalize()
    }
}
