import CGroundworkChecksum
import GroundworkCrypto

/// The digests of one body while its bytes go by.
struct PartHasher {
    private let sha256: Digest?
    private let md5: Digest?
    private var crc: UInt32?
    #if arch(x86_64)
    /// SHA-256 and MD5 in one pass, which takes two thirds of the time of two passes.
    private var pair: gw_digest_pair?
    #endif

    /// - Parameters:
    ///   - needs: which digests.
    ///   - allowsPair: false leaves the pass for both out.
    init(_ needs: DigestNeeds, allowsPair: Bool = true) throws(CryptoError) {
        // Made even where the pair replaces it: the library's rules may forbid MD5.
        let md5 = try needs.md5 ? Digest(.md5) : nil
        let sha256 = try needs.sha256 ? Digest(.sha256) : nil
        crc = needs.crc32c ? 0 : nil
        #if arch(x86_64)
        if allowsPair, md5 != nil, sha256 != nil, Self.hasPair {
            pair = gw_digest_pair_start()
            self.md5 = nil
            self.sha256 = nil
            return
        }
        #endif
        self.md5 = md5
        self.sha256 = sha256
    }

    #if arch(x86_64)
    private static let hasPair = gw_digest_pair_is_supported() != 0
    #endif

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        #if arch(x86_64)
        if var running = pair {
            pair = nil
            unsafe gw_digest_pair_update(&running, bytes.baseAddress, bytes.count)
            pair = running
        }
        #endif
        unsafe sha256?.update(bytes)
        unsafe md5?.update(bytes)
        if let crc { self.crc = unsafe gw_crc32c(crc, bytes.baseAddress, bytes.count) }
    }

    /// Ends the body.
    mutating func finish(_ result: inout PartDigests) throws(CryptoError) {
        result.sha256 = try sha256?.finalize()
        result.md5 = try md5?.finalize()
        result.crc32c = crc
        #if arch(x86_64)
        guard var running = pair else { return }
        var md5 = [UInt8](repeating: 0, count: 16)
        var sha256 = [UInt8](repeating: 0, count: 32)
        unsafe gw_digest_pair_finish(&running, &md5, &sha256)
        result.md5 = md5
        result.sha256 = sha256
        #endif
    }
}
