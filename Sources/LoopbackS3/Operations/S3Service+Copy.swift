import GroundworkCore
import HTTPTypes

extension S3Service {
    func copyObject(_ request: Request) throws -> S3Answer {
        let call = request.call
        let bucket = try request.bucket()
        let key = try request.key()
        let condition = try writeCondition(call.headers)
        let (source, sourceBucket) = try copySource(call)
        let directive = call.headers["x-amz-metadata-directive"] ?? "COPY"
        guard directive == "COPY" || directive == "REPLACE" else {
            throw S3Failure.invalidArgument(
                "Unknown metadata directive.",
                "x-amz-metadata-directive",
                directive
            )
        }
        if sourceBucket == bucket, source.key == key, directive == "COPY", call.headers["x-amz-storage-class"] == nil {
            throw S3Failure.invalidRequest(
                "This copy request is illegal because it is trying to copy an object to itself without changing the "
                    + "object's metadata, storage class, website redirect location or encryption attributes."
            )
        }
        guard source.size <= 5 << 30 else {
            throw S3Failure.invalidRequest(
                "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120"
            )
        }
        // A copy is one piece, whatever the source was made of: its ETag is that of the whole where it is known.
        var object = StoredObject(
            key: key,
            parts: source.parts,
            etag: source.etag,
            modified: request.now,
            properties: directive == "REPLACE" ? try ObjectProperties(call.headers) : source.properties,
            isMultipart: source.isMultipart
        )
        object.checksum = source.checksum
        try state.withLock { state throws(S3Failure) in try state.store(object, in: bucket, condition) }
        return .document(
            XMLText.document("CopyObjectResult") {
                $0.element("ETag", "\"\(object.etag)\"")
                $0.element("LastModified", UTCDateTime(object.modified).rfc3339Milliseconds)
            }
        )
    }

    func copyPart(_ request: Request) throws -> S3Answer {
        let call = request.call
        let bucket = try request.bucket()
        let key = try request.key()
        let (number, id) = try partNumberAndUpload(call)
        let (source, _) = try copySource(call)
        var range = 0..<source.size
        if let text = call.headers["x-amz-copy-source-range"] {
            guard let parsed = ByteRange(text) else {
                throw S3Failure.invalidArgument(
                    "The x-amz-copy-source-range value must be of the form bytes=first-last",
                    "x-amz-copy-source-range",
                    text
                )
            }
            range = try parsed.resolve(source.size)
        }
        let part = try copiedPart(of: source, range, request)
        try state.withLock { state throws(S3Failure) in
            _ = try state.upload(id, key, in: bucket)
            state.buckets[bucket]?.uploads[id]?.parts[number] = part
        }
        return .document(
            XMLText.document("CopyPartResult") {
                $0.element("ETag", "\"\(part.etag)\"")
                $0.element("LastModified", UTCDateTime(part.modified).rfc3339Milliseconds)
            }
        )
    }

    /// Finds the object that `x-amz-copy-source` names and checks the conditions on it.
    private func copySource(_ call: S3Call) throws(S3Failure) -> (StoredObject, String) {
        let text = call.headers["x-amz-copy-source"] ?? ""
        let path = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        guard let bytes = PercentText.decode(path) else { throw .invalidURI(text) }
        let plain = bytes.first == 0x2F ? bytes.dropFirst() : bytes[...]
        guard let slash = plain.firstIndex(of: 0x2F), slash + 1 < plain.endIndex else {
            throw .invalidArgument(
                "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
                "x-amz-copy-source",
                text
            )
        }
        let bucket = String(decoding: plain[..<slash], as: UTF8.self)
        let key = ObjectKey(Array(plain[(slash + 1)...]))
        let object = try state.withLock { state throws(S3Failure) in try state.object(key, in: bucket) }
        try ReadCondition(call.headers, prefix: "x-amz-copy-source-").check(object, isCopy: true)
        return (object, bucket)
    }
}
