import GroundworkCrypto

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
        if source.isInMemory, source.length <= 32 * 1024 { return try hash(source, needs) }
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
        var hasher = try PartHasher(needs)
        func update(_ bytes: UnsafeRawBufferPointer) {
            unsafe hasher.update(bytes)
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
        case .bytes(let bytes): try unsafe bytes.withUnsafeBytes { unsafe try pieces($0) }
        case .buffer(let buffer): try unsafe buffer.bytes.withUnsafeBytes { unsafe try pieces($0) }
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
        try hasher.finish(&result)
        return result
    }
}
