import HTTPTypes

/// A key that could not be deleted, and why.
public struct S3DeleteFailure: Sendable {
    /// The key.
    public var key: String
    /// The reason.
    public var error: S3Error
}

extension S3Bucket {
    /// Deletes an object. One that is not there is no error.
    public func deleteObject(_ key: String, options: S3RequestOptions = S3RequestOptions()) async throws {
        do {
            var request = try request("DeleteObject", .delete, key: key)
            request.headers = try options.fields()
            _ = try await client.collect(request)
        } catch let error as S3Error where error.code == .noSuchKey {
            // Some stores answer 404.
        }
    }

    /// Deletes many objects, in batches as large as the store takes. Those that are not there are no error.
    /// - Returns: the keys that could not be deleted, each with the reason.
    public func deleteObjects(_ keys: [String]) async throws -> [S3DeleteFailure] {
        for key in keys { try S3Names.checkKey(key) }
        let size = provider.deleteBatchSize
        var failures: [S3DeleteFailure] = []
        var single: [String] = []
        var batch: [String] = []
        for key in keys {
            // XML cannot carry most control characters.
            if size < 2 || !XMLWriter.canRepresent(key) {
                single.append(key)
                continue
            }
            batch.append(key)
            if batch.count == size {
                failures += try await deleteBatch(batch)
                batch.removeAll(keepingCapacity: true)
            }
        }
        if batch.count == 1 { single += batch } else if !batch.isEmpty { failures += try await deleteBatch(batch) }
        return failures + (try await deleteOneByOne(single))
    }

    private func deleteBatch(_ keys: [String]) async throws -> [S3DeleteFailure] {
        do {
            return try await deleteAtOnce(keys)
        } catch let error as S3Error where [.notImplemented, .methodNotAllowed].contains(error.code) {
            return try await deleteOneByOne(keys)
        }
    }

    private func deleteAtOnce(_ keys: [String]) async throws -> [S3DeleteFailure] {
        var writer = XMLWriter()
        writer.element("Delete", namespace: XMLWriter.namespace) { writer in
            for key in keys { writer.element("Object") { $0.element("Key", key) } }
            writer.element("Quiet", "true")
        }
        var request = try request("DeleteObjects", .post, key: nil)
        request.query = [("delete", "")]
        try request.setDocument(writer.bytes)
        // Required by S3's documentation of DeleteObjects; older MinIO and GCS take no other digest.
        let md5 = try await PartDigests.of(.bytes(writer.bytes), DigestNeeds(md5: true)).md5 ?? []
        request.headers.append(("content-md5", Base64.encode(md5)))
        // Deleting twice does no harm.
        request.replay = .always
        let (head, body) = try await client.collect(request)
        if body.isEmpty { return [] }
        return try decode(body, root: "DeleteResult", of: "DeleteObjects") { (reader) throws(XMLError) in
            try readFailures(&reader, head: head)
        }
    }

    private func readFailures(_ reader: inout XMLReader, head: HTTPResponse) throws(XMLError) -> [S3DeleteFailure] {
        var failures: [S3DeleteFailure] = []
        try reader.children { (reader, name) throws(XMLError) in
            guard name == "Error" else { return }
            var key = ""
            var code: String?
            var message: String?
            try reader.children { (reader, name) throws(XMLError) in
                switch name {
                case "Key": key = try reader.text()
                case "Code": code = try reader.text()
                case "Message": message = try reader.text()
                default: break
                }
            }
            // Some stores report a key that is not there.
            guard code != "NoSuchKey" else { return }
            var document = S3ErrorDocument(code: code ?? "InternalError")
            document.message = message
            let error = S3Error(document: document, response: head, operation: "DeleteObjects", resource: resource(key))
            failures.append(S3DeleteFailure(key: key, error: error))
        }
        return failures
    }

    /// Eight at a time.
    private func deleteOneByOne(_ keys: [String]) async throws -> [S3DeleteFailure] {
        try await withThrowingTaskGroup(of: S3DeleteFailure?.self) { group in
            var failures: [S3DeleteFailure] = []
            for (index, key) in keys.enumerated() {
                if index >= 8, let failure = try await group.next() ?? nil { failures.append(failure) }
                group.addTask {
                    do {
                        try await deleteObject(key)
                        return nil
                    } catch let error as S3Error {
                        return S3DeleteFailure(key: key, error: error)
                    }
                }
            }
            while let failure = try await group.next() { if let failure { failures.append(failure) } }
            return failures
        }
    }
}

extension S3ErrorDocument {
    /// An error inside another document.
    init(code: String) { self.code = code }
}
