import GroundworkCore
import GroundworkCrypto

extension S3Service {
    static let maximumPartNumber = 10_000

    func createUpload(_ request: Request) throws -> S3Answer {
        let call = request.call
        let bucket = try request.bucket()
        let key = try request.key()
        var algorithm: ChecksumAlgorithm?
        if let name = call.headers["x-amz-checksum-algorithm"] {
            guard let known = ChecksumAlgorithm(rawValue: name.uppercased()) else {
                throw S3Failure.invalidRequest("Checksum algorithm provided is unsupported.")
            }
            algorithm = known
        }
        let isFullObject = call.headers["x-amz-checksum-type"].map { $0 == "FULL_OBJECT" } ?? (algorithm == .crc64nvme)
        let upload = StoredUpload(
            id: Hex.encode(SystemRandom().bytes(24)),
            key: key,
            initiated: request.now,
            properties: try ObjectProperties(call.headers),
            checksumAlgorithm: algorithm,
            isFullObjectChecksum: isFullObject
        )
        try state.withLock { state throws(S3Failure) in
            _ = try state.bucket(bucket)
            state.buckets[bucket]?.uploads[upload.id] = upload
        }
        var answer = S3Answer.document(
            XMLText.document("InitiateMultipartUploadResult") {
                $0.element("Bucket", bucket)
                $0.element("Key", key.text)
                $0.element("UploadId", upload.id)
            }
        )
        if let algorithm {
            answer.headers.append(("x-amz-checksum-algorithm", algorithm.rawValue))
            answer.headers.append(("x-amz-checksum-type", isFullObject ? "FULL_OBJECT" : "COMPOSITE"))
        }
        return answer
    }

    func partNumberAndUpload(_ call: S3Call) throws(S3Failure) -> (Int, String) {
        let text = call.query["partNumber"] ?? ""
        guard let number = Int(text), (1...Self.maximumPartNumber).contains(number) else {
            throw .invalidArgument(
                "Part number must be an integer between 1 and \(Self.maximumPartNumber), inclusive",
                "partNumber",
                text
            )
        }
        return (number, call.query["uploadId"] ?? "")
    }

    func uploadPart(_ request: Request) async throws -> S3Answer {
        let bucket = try request.bucket()
        let key = try request.key()
        let (number, id) = try partNumberAndUpload(request.call)
        let upload = try state.withLock { state throws(S3Failure) in try state.upload(id, key, in: bucket) }
        let received = try await receive(request, extraChecksum: upload.checksumAlgorithm)
        let part = StoredPart(
            blob: received.blob,
            etag: etag(received.md5),
            md5: received.md5,
            checksums: received.checksums,
            modified: request.now
        )
        try state.withLock { state throws(S3Failure) in
            _ = try state.upload(id, key, in: bucket)
            state.buckets[bucket]?.uploads[id]?.parts[number] = part
        }
        var answer = S3Answer(headers: [("ETag", "\"\(part.etag)\"")])
        if let named = received.named ?? upload.checksumAlgorithm, let value = received.checksums[named] {
            answer.headers.append((named.headerName, Base64.encode(value)))
        }
        return answer
    }

    /// Copies a range of an object into a part.
    func copiedPart(of source: StoredObject, _ range: Range<Int64>, _ request: Request) throws -> StoredPart {
        var writer = try BlobWriter(settings.storage, directory: directory)
        let md5 = try Digest(.md5)
        var start: Int64 = 0
        for part in source.parts {
            let end = start + part.blob.length
            let wanted = range.clamped(to: start..<end)
            let file = wanted.isEmpty ? nil : try part.blob.open()
            var position = wanted.lowerBound
            while position < wanted.upperBound {
                let limit = Int(min(256 * 1024, wanted.upperBound - position))
                let bytes = try part.blob.bytes(at: position - start, limit: limit, from: file)
                guard !bytes.isEmpty else { throw S3Failure.internalError("The stored bytes are gone.") }
                md5.update(bytes)
                try writer.write(bytes[...])
                position += Int64(bytes.count)
            }
            start = end
        }
        let digest = try md5.finalize()
        return StoredPart(
            blob: writer.finish(),
            etag: Hex.encode(digest),
            md5: digest,
            checksums: [:],
            modified: request.now
        )
    }

    func abortUpload(_ request: Request) throws -> S3Answer {
        let bucket = try request.bucket()
        let key = try request.key()
        let id = request.call.query["uploadId"] ?? ""
        try state.withLock { state throws(S3Failure) in
            _ = try state.upload(id, key, in: bucket)
            state.buckets[bucket]?.uploads[id] = nil
        }
        return .noContent
    }

    func listParts(_ request: Request) throws -> S3Answer {
        let call = request.call
        let bucket = try request.bucket()
        let key = try request.key()
        let id = call.query["uploadId"] ?? ""
        let upload = try state.withLock { state throws(S3Failure) in try state.upload(id, key, in: bucket) }
        let limit = try pageLimit(call, "max-parts")
        let marker = Int(call.query["part-number-marker"] ?? "") ?? 0
        let rest = upload.parts.keys.sorted().filter { $0 > marker }
        let page = rest.prefix(limit)
        return .document(
            XMLText.document("ListPartsResult") { xml in
                xml.element("Bucket", bucket)
                xml.element("Key", key.text)
                xml.element("UploadId", id)
                xml.element("Initiator") { owner(&$0) }
                xml.element("Owner") { owner(&$0) }
                xml.element("StorageClass", upload.properties.storageClass ?? "STANDARD")
                xml.element("PartNumberMarker", marker)
                if let last = page.last { xml.element("NextPartNumberMarker", last) }
                xml.element("MaxParts", limit)
                xml.element("IsTruncated", page.count < rest.count)
                for number in page {
                    guard let part = upload.parts[number] else { continue }
                    xml.element("Part") {
                        $0.element("PartNumber", number)
                        $0.element("LastModified", UTCDateTime(part.modified).rfc3339Milliseconds)
                        $0.element("ETag", "\"\(part.etag)\"")
                        $0.element("Size", part.blob.length)
                        for (algorithm, value) in part.checksums {
                            $0.element(algorithm.elementName, Base64.encode(value))
                        }
                    }
                }
            }
        )
    }

    /// The size of a page; more than 1,000 is cut to that.
    func pageLimit(_ call: S3Call, _ name: String) throws(S3Failure) -> Int {
        guard let text = call.query[name], !text.isEmpty else { return 1000 }
        guard let limit = Int(text), limit >= 0 else {
            throw .invalidArgument("Provided \(name) not an integer or within integer range", name, text)
        }
        return min(limit, 1000)
    }
}
