import CGroundworkChecksum
import GroundworkCrypto

/// The bytes of a part or a small object, which can be read as often as needed.
enum PartSource: Sendable {
    /// Chunks in memory, which are never joined.
    case chunks([[UInt8]])
    /// A range of a file, read as it is hashed and again as it is sent.
    case file(HTTPFileRange)

    var length: Int64 {
        switch self {
        case .chunks(let chunks): chunks.reduce(0) { $0 + Int64($1.count) }
        case .file(let range): range.length
        }
    }

    var httpBody: HTTPBody {
        switch self {
        case .chunks(let chunks): .bytes(chunks)
        case .file(let range): .file(range)
        }
    }
}

/// Which digests of a body are wanted.
struct DigestNeeds: Sendable, Hashable {
    var sha256 = false
    var md5 = false
    var crc32c = false

    /// What a store's profile and the options ask for.
    init(provider: S3Provider, proof: S3TransferOptions.Proof) {
        sha256 = provider.signsPayload
        switch provider.bodyChecksum.base {
        // A signature over http covers the body; then a second checksum of it would prove nothing more.
        case .contentMD5: md5 = !sha256
        case .crc32c: crc32c = !sha256
        case .none: break
        }
        switch (proof.base, provider.etag.base) {
        case (_, .opaque), (.never, _): break
        case (.always, _): md5 = true
        case (.automatic, .md5): md5 = md5 || !sha256
        case (.automatic, .perhapsMD5): md5 = true
        }
    }

    init(md5: Bool) { self.md5 = md5 }
}

/// Digests of a body.
struct PartDigests: Sendable, Hashable {
    var sha256: [UInt8]?
    var md5: [UInt8]?
    var crc32c: UInt32?
    var length: Int64 = 0

    /// Hashes a body in one pass; a large one away from the caller's executor.
    static func of(_ source: PartSource, _ needs: DigestNeeds) async throws -> PartDigests {
        if case .chunks(let chunks) = source, source.length <= 32 * 1024 { return try hash(.chunks(chunks), needs) }
        return try await hashElsewhere(source, needs)
    }

    @concurrent
    private static func hashElsewhere(_ source: PartSource, _ needs: DigestNeeds) async throws -> PartDigests {
        try hash(source, needs)
    }

    private static func hash(_ source: PartSource, _ needs: DigestNeeds) throws -> PartDigests {
        var result = PartDigests()
        guard needs.sha256 || needs.md5 || needs.crc32c else {
            result.length = source.length
            return result
        }
        let sha256 = try needs.sha256 ? Digest(.sha256) : nil
        let md5 = try needs.md5 ? Digest(.md5) : nil
        var crc: UInt32 = 0
        func update(_ bytes: UnsafeRawBufferPointer) {
            unsafe sha256?.update(bytes)
            unsafe md5?.update(bytes)
            if needs.crc32c { crc = unsafe gw_crc32c(crc, bytes.baseAddress, bytes.count) }
            result.length += Int64(bytes.count)
        }
        /// Pieces that stay in the cache while each digest goes over them.
        func pieces(_ bytes: UnsafeRawBufferPointer) throws {
            var start = 0
            while start < bytes.count {
                try Task.checkCancellation()
                let end = min(bytes.count, start + 256 * 1024)
                unsafe update(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                start = end
            }
        }
        switch source {
        case .chunks(let chunks):
            for chunk in chunks { try unsafe chunk.withUnsafeBytes { unsafe try pieces($0) } }
        case .file(let range):
            var buffer = [UInt8](repeating: 0, count: 256 * 1024)
            while result.length < range.length {
                try Task.checkCancellation()
                let count = try unsafe buffer.withUnsafeMutableBytes { bytes in
                    let count = unsafe try range.read(into: bytes, at: result.length)
                    unsafe update(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
                    return count
                }
                guard count > 0 else {
                    throw S3Error(.lengthMismatch, "The file \(range.path) became shorter while it was read.")
                }
            }
        }
        result.sha256 = try sha256?.finalize()
        result.md5 = try md5?.finalize()
        if needs.crc32c { result.crc32c = crc }
        return result
    }
}
