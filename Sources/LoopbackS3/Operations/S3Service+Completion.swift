import CGroundworkChecksum
import GroundworkCore
import GroundworkCrypto

extension S3Service {
    func completeUpload(_ request: Request) async throws -> S3Answer {
        let call = request.call
        let bucket = try request.bucket()
        let key = try request.key()
        let id = call.query["uploadId"] ?? ""
        let condition = try writeCondition(call.headers)
        let document = try await receiveDocument(request)
        let upload = try state.withLock { state throws(S3Failure) in try state.upload(id, key, in: bucket) }
        let parts = try chosenParts(document, upload)
        if let size = call.headers["x-amz-mp-object-size"].flatMap({ Int64($0) }),
            size != parts.reduce(0, { $0 + $1.blob.length })
        {
            throw S3Failure.invalidRequest(
                "The provided 'x-amz-mp-object-size' header does not match what was computed"
            )
        }
        var object = StoredObject(
            key: key,
            parts: parts,
            etag: try etag(of: parts),
            modified: request.now,
            properties: upload.properties,
            isMultipart: true
        )
        object.checksum = try checksum(of: parts, upload)
        if let checksum = object.checksum, let text = call.headers[checksum.algorithm.headerName],
            text != checksum.text
        {
            throw S3Failure.badDigest(checksum.algorithm.rawValue)
        }
        try state.withLock { state throws(S3Failure) in
            // Only one of two completions that run at once may win.
            _ = try state.upload(id, key, in: bucket)
            try state.store(object, in: bucket, condition)
            state.buckets[bucket]?.uploads[id] = nil
        }
        return .document(
            XMLText.document("CompleteMultipartUploadResult") { xml in
                xml.element(
                    "Location",
                    "http://\(call.host)/\(bucket)/\(PercentText.encode(key.bytes, keepingSlash: true))"
                )
                xml.element("Bucket", bucket)
                xml.element("Key", key.text)
                xml.element("ETag", "\"\(object.etag)\"")
                if let checksum = object.checksum {
                    xml.element(checksum.algorithm.elementName, checksum.text)
                    xml.element("ChecksumType", checksum.isComposite ? "COMPOSITE" : "FULL_OBJECT")
                }
            }
        )
    }

    /// The parts that the document names, checked against those that were uploaded.
    private func chosenParts(_ document: XMLElement?, _ upload: StoredUpload) throws(S3Failure) -> [StoredPart] {
        guard let document, document.name == "CompleteMultipartUpload" else { throw .malformedXML() }
        let elements = document.children("Part")
        guard !elements.isEmpty, elements.count <= Self.maximumPartNumber else { throw .malformedXML() }
        var parts: [StoredPart] = []
        var numbers: [Int] = []
        for element in elements {
            guard let number = element.value("PartNumber").flatMap({ Int($0.trimmingASCIIWhitespace()) }),
                let tag = element.value("ETag")
            else { throw .malformedXML() }
            if let previous = numbers.last, previous >= number {
                throw S3Failure(
                    400,
                    "InvalidPartOrder",
                    "The list of parts was not in ascending order. The parts list must be specified in order by part "
                        + "number.",
                    [("UploadId", upload.id)]
                )
            }
            guard let part = upload.parts[number], part.etag == unquoted(tag),
                hasRightChecksums(element, part)
            else {
                throw S3Failure(
                    400,
                    "InvalidPart",
                    "One or more of the specified parts could not be found. The part may not have been uploaded, or the "
                        + "specified entity tag may not match the part's entity tag.",
                    [("UploadId", upload.id), ("PartNumber", "\(number)"), ("ETag", unquoted(tag))]
                )
            }
            numbers.append(number)
            parts.append(part)
        }
        try checkSizes(parts, numbers)
        return parts
    }

    private func hasRightChecksums(_ element: XMLElement, _ part: StoredPart) -> Bool {
        ChecksumAlgorithm.allCases.allSatisfy { algorithm in
            guard let text = element.value(algorithm.elementName), let value = part.checksums[algorithm] else {
                return true
            }
            return text.trimmingASCIIWhitespace() == Base64.encode(value)
        }
    }

    private func checkSizes(_ parts: [StoredPart], _ numbers: [Int]) throws(S3Failure) {
        for (part, number) in zip(parts, numbers).dropLast() where part.blob.length < settings.minimumPartSize {
            throw S3Failure(
                400,
                "EntityTooSmall",
                "Your proposed upload is smaller than the minimum allowed size",
                [
                    ("ProposedSize", "\(part.blob.length)"), ("MinSizeAllowed", "\(settings.minimumPartSize)"),
                    ("PartNumber", "\(number)"), ("ETag", part.etag),
                ]
            )
        }
        guard settings.requiresEqualParts, let first = parts.first?.blob.length, let last = parts.last?.blob.length
        else { return }
        guard parts.dropLast().allSatisfy({ $0.blob.length == first }), last <= first else {
            throw S3Failure(400, "InvalidPart", "All non-trailing parts must have the same length.")
        }
    }

    /// The MD5 of the parts' MD5s with their number, as S3 makes it.
    private func etag(of parts: [StoredPart]) throws -> String {
        let digests = parts.compactMap(\.md5)
        guard digests.count == parts.count else {
            return "\(Hex.encode(SystemRandom().bytes(16)))-\(parts.count)"
        }
        return "\(Hex.encode(try Digest.hash(.md5, Array(digests.joined()))))-\(parts.count)"
    }

    private func checksum(
        of parts: [StoredPart],
        _ upload: StoredUpload
    ) throws -> (algorithm: ChecksumAlgorithm, text: String, isComposite: Bool)? {
        guard let algorithm = upload.checksumAlgorithm else { return nil }
        let values = parts.compactMap { $0.checksums[algorithm] }
        guard values.count == parts.count else { return nil }
        guard upload.isFullObjectChecksum else {
            var running = try RunningChecksum(algorithm)
            running.update(Array(values.joined())[...])
            return (algorithm, "\(Base64.encode(try running.finish()))-\(parts.count)", true)
        }
        guard let whole = try wholeChecksum(algorithm, parts, values) else { return nil }
        return (algorithm, Base64.encode(whole), false)
    }

    /// The checksum of all bytes, put together from those of the parts where that is possible.
    private func wholeChecksum(
        _ algorithm: ChecksumAlgorithm,
        _ parts: [StoredPart],
        _ values: [[UInt8]]
    ) throws -> [UInt8]? {
        func number(_ bytes: [UInt8]) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
        switch algorithm {
        case .crc32, .crc32c:
            var result: UInt32 = 0
            for (part, value) in zip(parts, values) {
                let length = UInt64(part.blob.length)
                result =
                    algorithm == .crc32
                    ? gw_crc32_combine(result, number(value), length)
                    : gw_crc32c_combine(result, number(value), length)
            }
            return (0..<4).reversed().map { UInt8(truncatingIfNeeded: result >> (8 * UInt32($0))) }
        case .crc64nvme:
            guard settings.storage != .discard else { return nil }
            var running = try RunningChecksum(algorithm)
            for part in parts {
                let file = try part.blob.open()
                var position: Int64 = 0
                while position < part.blob.length {
                    let bytes = try part.blob.bytes(at: position, limit: 256 * 1024, from: file)
                    guard !bytes.isEmpty else { throw S3Failure.internalError("The stored bytes are gone.") }
                    running.update(bytes[...])
                    position += Int64(bytes.count)
                }
            }
            return try running.finish()
        case .sha1, .sha256:
            throw S3Failure.invalidRequest(
                "The FULL_OBJECT checksum type cannot be used with the \(algorithm.rawValue) checksum algorithm."
            )
        }
    }
}
