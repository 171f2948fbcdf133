import GroundworkCore

extension S3Service {
    /// What a listing asks for, common to objects and uploads.
    private struct Query {
        let prefix: ObjectKey
        let delimiter: [UInt8]?
        let encodesURL: Bool

        init(_ call: S3Call) throws(S3Failure) {
            prefix = ObjectKey(call.query["prefix"] ?? "")
            delimiter = call.query["delimiter"].flatMap { $0.isEmpty ? nil : Array($0.utf8) }
            let encoding = call.query["encoding-type"]
            guard encoding == nil || encoding == "" || encoding == "url" else {
                throw .invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", encoding ?? "")
            }
            encodesURL = encoding == "url"
        }

        func shown(_ key: ObjectKey) -> String {
            encodesURL ? PercentText.encode(key.bytes, keepingSlash: true) : key.text
        }

        /// The key up to and with the first delimiter behind the prefix.
        func commonPrefix(_ key: ObjectKey) -> ObjectKey? {
            guard let delimiter else { return nil }
            let rest = key.bytes.dropFirst(prefix.bytes.count)
            guard rest.count >= delimiter.count else { return nil }
            for start in rest.startIndex...(rest.endIndex - delimiter.count)
            where rest[start..<start + delimiter.count].elementsEqual(delimiter) {
                return ObjectKey(Array(key.bytes[..<(start + delimiter.count)]))
            }
            return nil
        }
    }

    private enum Entry {
        case object(StoredObject)
        case prefix(ObjectKey)

        var name: ObjectKey {
            switch self {
            case .object(let object): object.key
            case .prefix(let prefix): prefix
            }
        }
    }

    func listObjects(_ request: Request, isVersion2: Bool) throws -> S3Answer {
        let call = request.call
        let bucket = try request.bucket()
        let query = try Query(call)
        let limit = try pageLimit(call, "max-keys")
        let start = try startKey(call, isVersion2: isVersion2)
        let (entries, isTruncated) = try state.withLock { state throws(S3Failure) in
            try page(&state, bucket, query, start, limit)
        }
        return .document(
            XMLText.document("ListBucketResult") { xml in
                xml.element("Name", bucket)
                xml.element("Prefix", query.shown(query.prefix))
                if isVersion2 {
                    xml.element("StartAfter", call.query["start-after"].map { query.shown(ObjectKey($0)) })
                    xml.element("ContinuationToken", call.query["continuation-token"])
                    xml.element("KeyCount", entries.count)
                    if isTruncated, let last = entries.last {
                        xml.element("NextContinuationToken", Base64.encodeURL(last.name.bytes))
                    }
                } else {
                    xml.element("Marker", query.shown(ObjectKey(call.query["marker"] ?? "")))
                    if isTruncated, query.delimiter != nil, let last = entries.last {
                        xml.element("NextMarker", query.shown(last.name))
                    }
                }
                xml.element("MaxKeys", limit)
                xml.element("Delimiter", query.delimiter.map { query.shown(ObjectKey($0)) })
                xml.element("EncodingType", query.encodesURL ? "url" : nil)
                xml.element("IsTruncated", isTruncated)
                let showsOwner = !isVersion2 || call.query["fetch-owner"] == "true"
                for case .object(let object) in entries { write(object, query.shown(object.key), showsOwner, &xml) }
                for case .prefix(let prefix) in entries {
                    xml.element("CommonPrefixes") { $0.element("Prefix", query.shown(prefix)) }
                }
            }
        )
    }

    private func write(_ object: StoredObject, _ key: String, _ showsOwner: Bool, _ xml: inout XMLText) {
        xml.element("Contents") { xml in
            xml.element("Key", key)
            xml.element("LastModified", UTCDateTime(object.modified).rfc3339Milliseconds)
            xml.element("ETag", "\"\(object.etag)\"")
            if let checksum = object.checksum {
                xml.element("ChecksumAlgorithm", checksum.algorithm.rawValue)
                xml.element("ChecksumType", checksum.isComposite ? "COMPOSITE" : "FULL_OBJECT")
            }
            xml.element("Size", object.size)
            if showsOwner { xml.element("Owner") { owner(&$0) } }
            xml.element("StorageClass", object.properties.storageClass ?? "STANDARD")
        }
    }

    private func startKey(_ call: S3Call, isVersion2: Bool) throws(S3Failure) -> ObjectKey {
        guard isVersion2 else { return ObjectKey(call.query["marker"] ?? "") }
        guard let token = call.query["continuation-token"] else { return ObjectKey(call.query["start-after"] ?? "") }
        guard !token.isEmpty, let bytes = Base64.decodeURL(token) else {
            throw .invalidArgument("The continuation token provided is incorrect", "continuation-token", token)
        }
        return ObjectKey(bytes)
    }

    private func page(
        _ state: inout S3State,
        _ name: String,
        _ query: Query,
        _ start: ObjectKey,
        _ limit: Int
    ) throws(S3Failure) -> ([Entry], Bool) {
        guard state.buckets[name] != nil else { throw .noSuchBucket(name) }
        let keys = state.buckets[name]?.sortedKeys() ?? []
        var entries: [Entry] = []
        // A start that is a rolled-up prefix stands for all keys below it.
        let passed = query.commonPrefix(start).flatMap { $0 == start ? $0 : nil }
        var index = keys.firstIndexSorted { $0 > start && $0 >= query.prefix }
        while index < keys.count {
            let key = keys[index]
            index += 1
            guard key.hasPrefix(query.prefix.bytes) else {
                if key > query.prefix { break }
                continue
            }
            if let passed, key.hasPrefix(passed.bytes) { continue }
            let prefix = query.commonPrefix(key)
            if let prefix, let last = entries.last?.name, last == prefix { continue }
            guard entries.count < limit else { return (entries, limit > 0) }
            if let prefix {
                entries.append(.prefix(prefix))
            } else if let object = state.buckets[name]?[key] {
                entries.append(.object(object))
            }
        }
        return (entries, false)
    }

    func listUploads(_ request: Request) throws -> S3Answer {
        let call = request.call
        let bucket = try request.bucket()
        let query = try Query(call)
        let limit = try pageLimit(call, "max-uploads")
        let keyMarker = ObjectKey(call.query["key-marker"] ?? "")
        let idMarker = call.query["upload-id-marker"] ?? ""
        let all = try state.withLock { state throws(S3Failure) in try state.bucket(bucket).uploads.values.map { $0 } }
        let rest = all.filter { $0.key.hasPrefix(query.prefix.bytes) }
            .filter { $0.key > keyMarker || ($0.key == keyMarker && !idMarker.isEmpty && $0.id > idMarker) }
            .sorted { $0.key == $1.key ? $0.id < $1.id : $0.key < $1.key }
        let page = rest.prefix(limit)
        return .document(
            XMLText.document("ListMultipartUploadsResult") { xml in
                xml.element("Bucket", bucket)
                xml.element("KeyMarker", query.shown(keyMarker))
                xml.element("UploadIdMarker", idMarker)
                if page.count < rest.count, let last = page.last {
                    xml.element("NextKeyMarker", query.shown(last.key))
                    xml.element("NextUploadIdMarker", last.id)
                }
                xml.element("Prefix", query.shown(query.prefix))
                xml.element("EncodingType", query.encodesURL ? "url" : nil)
                xml.element("MaxUploads", limit)
                xml.element("IsTruncated", page.count < rest.count)
                for upload in page {
                    xml.element("Upload") { xml in
                        xml.element("Key", query.shown(upload.key))
                        xml.element("UploadId", upload.id)
                        xml.element("Initiator") { owner(&$0) }
                        xml.element("Owner") { owner(&$0) }
                        xml.element("StorageClass", upload.properties.storageClass ?? "STANDARD")
                        xml.element("Initiated", UTCDateTime(upload.initiated).rfc3339Milliseconds)
                    }
                }
            }
        )
    }
}

extension [ObjectKey] {
    /// The first index whose key satisfies a condition that, once true, stays true.
    func firstIndexSorted(_ isReached: (ObjectKey) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isReached(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
