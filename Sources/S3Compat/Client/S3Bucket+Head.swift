import HTTPTypes

extension S3Bucket {
    /// Looks at an object without reading it.
    /// - Throws: ``S3Error``, with ``S3Error/Code/noSuchKey`` when it is not there.
    public func headObject(
        _ key: String,
        options: S3RequestOptions = S3RequestOptions()
    ) async throws -> S3ObjectHead {
        _ = try options.fields()
        return try await headObject(key, headers: options.headers)
    }

    /// The same with further header fields, such as the key of an encrypted object.
    func headObject(_ key: String, headers: [String: String]) async throws -> S3ObjectHead {
        var request = try request("HeadObject", .head, key: key)
        var options = S3GetOptions()
        options.headers = headers
        request.headers = options.fields()
        request.replay = .always
        let (head, _) = try await client.collect(request)
        guard let length = head.headerFields[.contentLength].flatMap({ Int64($0) }), length >= 0 else {
            throw unexpected("HeadObject", key: key, "The answer has no usable Content-Length.")
        }
        return S3ObjectHead(key: key, head: head, size: length)
    }

    /// Whether an object is there.
    public func exists(_ key: String) async throws -> Bool {
        do {
            _ = try await headObject(key)
            return true
        } catch let error as S3Error where error.code == .noSuchKey {
            return false
        }
    }

    /// A request about this bucket or an object in it; the key is checked.
    func request(_ operation: String, _ method: HTTPRequest.Method, key: String?) throws(S3Error) -> S3Request {
        if let key { try S3Names.checkKey(key) }
        return S3Request(operation, method, bucket: name, key: key)
    }

    var provider: S3Provider { client.provider }

    func resource(_ key: String?) -> String {
        S3Request("", .get, bucket: name, key: key).resource(provider: provider)
    }

    func unexpected(_ operation: String, key: String?, _ message: String) -> S3Error {
        S3Error(.unexpectedResponse, message, operation: operation, resource: resource(key))
    }

    /// Reads an XML answer; what is not one is an error that says so. `body` gets the reader behind the root's start.
    func decode<Result>(
        _ bytes: [UInt8],
        root expected: String,
        of operation: String,
        key: String? = nil,
        _ body: (inout XMLReader) throws(XMLError) -> Result
    ) throws(S3Error) -> Result {
        try client.decode(bytes, root: expected, of: operation, resource: resource(key), body)
    }
}

extension S3Client {
    func decode<Result>(
        _ bytes: [UInt8],
        root expected: String,
        of operation: String,
        resource: String,
        _ body: (inout XMLReader) throws(XMLError) -> Result
    ) throws(S3Error) -> Result {
        do throws(XMLError) {
            var reader = try XMLReader(bytes)
            let root = try reader.root()
            guard Self.stem(root) == Self.stem(expected) else { throw XMLError(.unexpectedElement, at: 0) }
            let result = try body(&reader)
            try reader.finish()
            return result
        } catch {
            throw S3Error(
                .unexpectedResponse,
                "The answer to \(operation) is not the \(expected) document that S3 defines: \(error).",
                operation: operation,
                resource: resource,
                underlyingError: error
            )
        }
    }

    /// Some stores name the root `…Response` or `…Output` where S3 writes `…Result`.
    private static func stem(_ name: String) -> Substring {
        for suffix in ["Result", "Response", "Output"] where name.hasSuffix(suffix) {
            return name.dropLast(suffix.count)
        }
        return name[...]
    }
}
