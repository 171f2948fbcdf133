import GroundworkCrypto
import HTTPTypes

extension S3Bucket {
    /// A part that was sent, and whether the store's ETag proves its content.
    struct SentPart: Sendable {
        var part: S3Part
        var isProved: Bool
    }

    /// Hashes and sends one part; every attempt sends the same bytes with the same digests.
    func send(
        part source: PartSource,
        number: Int,
        of upload: S3MultipartUpload,
        fields: [(name: String, value: String)] = []
    ) async throws -> SentPart {
        var request = try request("UploadPart", .put, key: upload.key)
        request.headers = fields
        request.query = [("partNumber", String(number)), ("uploadId", upload.uploadID)]
        let (head, digests, isProved) = try await send(data: source, with: request)
        var checksums: [S3ChecksumAlgorithm: String] = [:]
        for algorithm in S3ChecksumAlgorithm.known {
            checksums[algorithm] = fields.first { $0.name == algorithm.headerName }?.value
        }
        if checksums.isEmpty, provider.bodyChecksum == .crc32c {
            checksums[.crc32c] = head.headerFields[.amzChecksumCRC32C]
        }
        guard let etag = head.headerFields[.eTag].map(S3ETag.plain), !etag.isEmpty else {
            throw unexpected("UploadPart", key: upload.key, "The answer to a part has no ETag.")
        }
        let part = S3Part(number: number, etag: etag, size: digests.length, checksums: checksums)
        return SentPart(part: part, isProved: isProved)
    }

    /// Sends data and compares the ETag of the answer with what was sent.
    func send(
        data source: PartSource,
        with template: S3Request
    ) async throws -> (head: HTTPResponse, digests: PartDigests, isProved: Bool) {
        let client = client
        let needs = DigestNeeds(provider: provider, proof: client.configuration.transfer.proof)
        let digests = try await PartDigests.of(source, needs)
        var request = template
        request.setData(source, digests, provider: provider)
        let sent = request
        let (head, isProved) = try await client.perform(sent) { prepared in
            let answer = try await client.configuration.transport.send(
                prepared.request,
                body: sent.body,
                options: prepared.options
            )
            _ = try await client.success(of: answer, request: sent, upTo: 64 * 1024)
            return (answer.head, try proves(answer.head, digests))
        }
        return (head, digests, isProved)
    }

    /// Whether the ETag is the MD5 of what was sent.
    /// - Throws: a retryable ``S3Error`` with ``S3Error/Code/corrupted`` where it must be and is not.
    private func proves(_ head: HTTPResponse, _ digests: PartDigests) throws(S3Error) -> Bool {
        guard let md5 = digests.md5, provider.etag != .opaque,
            let etag = head.headerFields[.eTag].map(S3ETag.plain)
        else { return false }
        if S3ETag.md5(etag) == md5 { return true }
        guard provider.etag == .md5, S3ETag.md5(etag) != nil, !head.hidesMD5 else { return false }
        throw S3Error(
            .corrupted,
            "The store's ETag is not the MD5 of the bytes that were sent: they were changed under way.",
            isRetryable: true
        )
    }
}

extension HTTPResponse {
    /// Encryption with KMS or a customer's key makes ETags that are no MD5.
    /// Source: S3 API, "Object", the description of `ETag`.
    var hidesMD5: Bool {
        headerFields[.amzCustomerAlgorithm] != nil
            || (headerFields[.amzServerSideEncryption].map { $0 != "AES256" } ?? false)
    }
}
