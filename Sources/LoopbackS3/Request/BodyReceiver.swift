import GroundworkCore
import GroundworkCrypto
import GroundworkTesting

/// Receives the body of a request into a blob and holds it to everything that the request says of it: length, payload
/// hash, `Content-MD5`, checksums in headers or trailer, signatures of chunks.
struct BodyReceiver {
    let call: S3Call
    let verified: SignatureVerifier.Verified
    /// Whether the MD5 is wanted although the request does not ask for it.
    let needsMD5: Bool
    /// Computed beside those that the request names.
    var extraChecksum: ChecksumAlgorithm?
    /// Documents may come without a length, objects may not.
    var requiresLength = true
    var maximumLength: Int64 = 5 << 30
    /// The checksum in the headers of a completion is that of the object, not of the document.
    var checksumIsOfBody = true

    struct Received {
        let blob: Blob
        let md5: [UInt8]?
        let checksums: [ChecksumAlgorithm: [UInt8]]
        /// The one that the request named.
        let named: ChecksumAlgorithm?
    }

    func receive(_ body: LoopbackRequestBody, into writer: consuming BlobWriter) async throws -> Received {
        var writer = writer
        do {
            return try await receiveChecked(body, &writer)
        } catch {
            writer.discard()
            throw error
        }
    }

    private func receiveChecked(_ body: LoopbackRequestBody, _ writer: inout BlobWriter) async throws -> Received {
        let expectedMD5 = try contentMD5()
        let named = checksumIsOfBody ? try namedChecksum() : nil
        let length = try declaredLength()
        if let length, length > maximumLength { throw S3Failure.tooLarge(maximumLength) }
        let md5 = needsMD5 || expectedMD5 != nil ? try Digest(.md5) : nil
        var running: [ChecksumAlgorithm: RunningChecksum] = [:]
        for algorithm in [named?.algorithm, extraChecksum] {
            if let algorithm { running[algorithm] = try RunningChecksum(algorithm) }
        }
        var payloadHash: Digest?
        var decoder: AWSChunkedDecoder?
        switch verified.payload {
        case .unsigned: break
        case .sha256: payloadHash = try Digest(.sha256)
        case .chunked(_, let hasTrailer):
            decoder = try AWSChunkedDecoder(signatures: verified.chunks, hasTrailer: hasTrailer)
        }
        let algorithms = Array(running.keys)
        func accept(_ bytes: ArraySlice<UInt8>, _ writer: inout BlobWriter) throws {
            if let md5 { unsafe bytes.withUnsafeBytes { unsafe md5.update($0) } }
            if let payloadHash { unsafe bytes.withUnsafeBytes { unsafe payloadHash.update($0) } }
            for algorithm in algorithms { running[algorithm]?.update(bytes) }
            guard writer.length + Int64(bytes.count) <= maximumLength else { throw S3Failure.tooLarge(maximumLength) }
            try writer.write(bytes)
        }
        for try await chunk in body {
            if decoder != nil {
                try decoder?.decode(chunk) { try accept($0, &writer) }
            } else {
                try accept(chunk[...], &writer)
            }
        }
        if let decoder, !decoder.isAtEnd { throw S3Failure.incompleteBody() }
        if let length, length != writer.length { throw S3Failure.incompleteBody() }
        try checkPayload(payloadHash)
        let digest = try md5?.finalize()
        if let expectedMD5, expectedMD5 != digest { throw S3Failure.badDigest("Content-MD5") }

        var values: [ChecksumAlgorithm: [UInt8]] = [:]
        for algorithm in algorithms { values[algorithm] = try running[algorithm]?.finish() }
        if let named {
            let text = named.text ?? decoder?.trailer.first { $0.name == named.algorithm.headerName }?.value
            guard let text else {
                throw S3Failure(400, "MalformedTrailerError", "The trailer that x-amz-trailer announces is missing.")
            }
            guard let expected = Base64.decode(text), expected.count == named.algorithm.byteCount else {
                throw S3Failure.invalidRequest("Value for \(named.algorithm.headerName) header is invalid.")
            }
            guard expected == values[named.algorithm] else { throw S3Failure.badDigest(named.algorithm.rawValue) }
        }
        return Received(blob: writer.finish(), md5: digest, checksums: values, named: named?.algorithm)
    }

    private func checkPayload(_ hash: Digest?) throws {
        guard case .sha256(let expected) = verified.payload, let hash else { return }
        let actual = try hash.finalize()
        guard actual == expected else {
            throw S3Failure(
                400,
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
                [
                    ("ClientComputedContentSHA256", Hex.encode(expected)),
                    ("S3ComputedContentSHA256", Hex.encode(actual)),
                ]
            )
        }
    }

    private func contentMD5() throws(S3Failure) -> [UInt8]? {
        guard let text = call.headers["content-md5"] else { return nil }
        guard let digest = Base64.decode(text), digest.count == 16 else {
            throw S3Failure(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
        }
        return digest
    }

    /// The checksum that a header or the announced trailer carries.
    private func namedChecksum() throws(S3Failure) -> (algorithm: ChecksumAlgorithm, text: String?)? {
        let present = ChecksumAlgorithm.allCases.compactMap { algorithm in
            (call.headers[algorithm.headerName] ?? call.query[algorithm.headerName]).map { (algorithm, Optional($0)) }
        }
        guard present.count <= 1 else {
            throw .invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
        }
        if let trailer = call.headers["x-amz-trailer"] {
            guard present.isEmpty, let algorithm = ChecksumAlgorithm(headerName: trailer.lowercasedASCII()) else {
                throw .invalidRequest("The value specified in the x-amz-trailer header is not supported")
            }
            return (algorithm, nil)
        }
        return present.first
    }

    /// The length of the data itself.
    private func declaredLength() throws(S3Failure) -> Int64? {
        if case .chunked = verified.payload {
            guard let length = call.headers["x-amz-decoded-content-length"].flatMap({ Int64($0) }), length >= 0 else {
                throw .missingLength()
            }
            return length
        }
        if let length = call.headers["content-length"].flatMap({ Int64($0) }) { return length }
        if call.headers["transfer-encoding"] != nil { throw .notImplemented("Transfer-Encoding") }
        guard requiresLength else { return nil }
        throw .missingLength()
    }
}

extension S3Failure {
    static func missingLength() -> S3Failure {
        S3Failure(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
    }

    static func tooLarge(_ limit: Int64) -> S3Failure {
        S3Failure(
            400,
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
            [("MaxSizeAllowed", "\(limit)")]
        )
    }
}
