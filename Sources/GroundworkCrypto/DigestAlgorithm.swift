import CGroundworkOpenSSL

/// A cryptographic hash function.
package struct DigestAlgorithm: Sendable, Hashable, CustomStringConvertible {
    /// The library's name for it.
    package let name: String
    /// The length of a digest.
    package let byteCount: Int
    /// The length of the blocks that it works on.
    package let blockByteCount: Int
    let implementation: DigestImplementation

    private init(_ name: String, byteCount: Int, blockByteCount: Int) {
        self.name = name
        self.byteCount = byteCount
        self.blockByteCount = blockByteCount
        implementation = DigestImplementation(name)
    }

    /// MD5 (RFC 1321). Only where a protocol asks for it: it is broken.
    package static let md5 = DigestAlgorithm("MD5", byteCount: 16, blockByteCount: 64)
    /// SHA-1 (FIPS 180-4). Only where a protocol asks for it: it is broken.
    package static let sha1 = DigestAlgorithm("SHA1", byteCount: 20, blockByteCount: 64)
    /// SHA-256 (FIPS 180-4).
    package static let sha256 = DigestAlgorithm("SHA256", byteCount: 32, blockByteCount: 64)
    /// SHA-512 (FIPS 180-4).
    package static let sha512 = DigestAlgorithm("SHA512", byteCount: 64, blockByteCount: 128)

    package var description: String { name }

    package static func == (lhs: DigestAlgorithm, rhs: DigestAlgorithm) -> Bool { lhs.name == rhs.name }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The library's implementation of an algorithm, looked up once for the whole process.
@safe final class DigestImplementation: @unchecked Sendable {
    // Unchecked: a fetched EVP_MD is immutable, and its reference count is atomic.
    let pointer: OpaquePointer?

    init(_ name: String) {
        unsafe pointer = EVP_MD_fetch(nil, name, nil)
    }

    deinit { unsafe EVP_MD_free(pointer) }
}
