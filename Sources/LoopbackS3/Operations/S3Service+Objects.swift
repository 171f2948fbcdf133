import FoundationEssentials
import GroundworkCore
import HTTPTypes

extension S3Service {
    func putObject(_ request: Request) async throws -> S3Answer {
        let call = request.call
        let bucket = try request.bucket()
        let key = try request.key()
        let condition = try writeCondition(call.headers)
        let properties = try ObjectProperties(call.headers)
        // A missing bucket or a condition that does not hold is answered before the bytes are kept.
        try state.withLock { state throws(S3Failure) in try condition.check(try state.bucket(bucket)[key], key) }
        let received = try await receive(request, extraChecksum: nil)
        let part = StoredPart(
            blob: received.blob,
            etag: etag(received.md5),
            md5: received.md5,
            checksums: received.checksums,
            modified: request.now
        )
        var object = StoredObject(
            key: key,
            parts: [part],
            etag: part.etag,
            modified: request.now,
            properties: properties,
            isMultipart: false
        )
        if let named = received.named, let value = received.checksums[named] {
            object.checksum = (named, Base64.encode(value), false)
        }
        try state.withLock { state throws(S3Failure) in try state.store(object, in: bucket, condition) }
        return S3Answer(headers: [("ETag", "\"\(object.etag)\"")] + checksumHeaders(object))
    }

    /// The condition of a write, as far as the server is set to keep to it.
    func writeCondition(_ headers: HTTPFields) throws(S3Failure) -> WriteCondition {
        let condition = try WriteCondition(headers)
        switch settings.conditionalWrites.base {
        case .enforced: return condition
        case .ignored: return .none
        case .refused:
            guard condition.isNone else { throw .notImplemented("If-None-Match") }
            return .none
        }
    }

    func checksumHeaders(_ object: StoredObject) -> [(name: String, value: String)] {
        guard let checksum = object.checksum else { return [] }
        return [
            (checksum.algorithm.headerName, checksum.text),
            ("x-amz-checksum-type", checksum.isComposite ? "COMPOSITE" : "FULL_OBJECT"),
        ]
    }

    func getObject(_ request: Request) throws -> S3Answer {
        let call = request.call
        let bucket = try request.bucket()
        let key = try request.key()
        let object = try state.withLock { state throws(S3Failure) in try state.object(key, in: bucket) }
        try ReadCondition(call.headers).check(object)

        var answer = S3Answer()
        answer.headers = object.properties.answerHeaders(call.query)
        answer.headers += [
            ("ETag", "\"\(object.etag)\""),
            ("Last-Modified", UTCDateTime(object.modified).httpDate),
            ("Accept-Ranges", "bytes"),
        ]
        var range = 0..<object.size
        if let text = call.query["partNumber"] {
            guard let number = Int(text), let part = object.range(ofPart: number) else {
                throw S3Failure(416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
            }
            range = part
            answer.status = 206
            answer.headers.append(("x-amz-mp-parts-count", "\(object.parts.count)"))
        } else if let wanted = try ByteRange(call.headers["range"])?.resolve(object.size) {
            range = wanted
            answer.status = 206
        }
        if answer.status == 206 {
            let last = max(range.lowerBound, range.upperBound - 1)
            answer.headers.append(("Content-Range", "bytes \(range.lowerBound)-\(last)/\(object.size)"))
        } else if call.headers["x-amz-checksum-mode"]?.uppercased() == "ENABLED" {
            answer.headers += checksumHeaders(object)
        }
        answer.body = .object(object, range)
        return answer
    }

    func deleteObject(_ request: Request) throws(S3Failure) -> S3Answer {
        let bucket = try request.bucket()
        let key = try request.key()
        let tag = request.call.headers["if-match"].map(unquoted)
        try state.withLock { state throws(S3Failure) in
            let present = try state.bucket(bucket)[key]
            if let tag, let present, tag != "*", tag != present.etag { throw S3Failure.preconditionFailed("If-Match") }
            state.buckets[bucket]?[key] = nil
        }
        return .noContent
    }

    func deleteObjects(_ request: Request) async throws -> S3Answer {
        let bucket = try request.bucket()
        let headers = request.call.headers
        guard
            headers["content-md5"] != nil
                || ChecksumAlgorithm.allCases.contains(where: { headers[$0.headerName] != nil })
                || headers["x-amz-trailer"] != nil
        else {
            throw S3Failure.invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
        }
        guard let root = try await receiveDocument(request), root.name == "Delete" else {
            throw S3Failure.malformedXML()
        }
        let keys = root.children("Object").compactMap { $0.value("Key") }
        guard !keys.isEmpty, keys.count <= 1000 else { throw S3Failure.malformedXML() }
        let isQuiet = root.value("Quiet") == "true"
        try state.withLock { state throws(S3Failure) in
            _ = try state.bucket(bucket)
            for key in keys { state.buckets[bucket]?[ObjectKey(key)] = nil }
        }
        return .document(
            XMLText.document("DeleteResult") { xml in
                if isQuiet { return }
                for key in keys { xml.element("Deleted") { $0.element("Key", key) } }
            }
        )
    }
}
