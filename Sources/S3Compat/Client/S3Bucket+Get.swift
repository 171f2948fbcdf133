import HTTPTypes

extension S3Bucket {
    /// Opens an object for reading. Its content is read as fast as it is consumed, and read on from where it stopped,
    /// pinned to the same ETag, when the connection breaks off.
    /// - Throws: ``S3Error``; so does the content.
    public func getObject(_ key: String, options: S3GetOptions = S3GetOptions()) async throws -> S3Object {
        let (head, range, body) = try await open(key, options: options)
        let reader = ObjectReader(self, key: key, head: head, range: range, options: options, body: body)
        let content = ObjectContent(next: { try await reader.next() }, abandon: { reader.abandon() })
        return S3Object(head: head, range: range, content: content)
    }

    /// Sends one GET.
    func open(
        _ key: String,
        options: S3GetOptions
    ) async throws -> (head: S3ObjectHead, range: Range<Int64>, body: HTTPResponseBody) {
        var request = try request("GetObject", .get, key: key)
        try check(range: options.range, key: key)
        request.headers = options.fields()
        request.isBulk = true
        request.streams = true
        let client = client
        let sent = request
        let answer = try await client.perform(sent) { prepared in
            let answer = try await client.configuration.transport.send(
                prepared.request,
                body: nil,
                options: prepared.options
            )
            guard answer.head.status.kind == .successful else {
                throw try await client.error(of: answer, request: sent)
            }
            return answer
        }
        let (size, range) = try extent(of: answer.head, key: key, wanted: options.range)
        let head = S3ObjectHead(key: key, head: answer.head, size: size)
        if leavesSizeOpen(answer.head, wanted: options.range) {
            try await confirmSize(of: head, headers: options.headers)
        }
        return (head, range, answer.body)
    }

    /// Refuses a range that HTTP cannot say: it has no empty ones.
    func check(range: Range<Int64>?, key: String) throws(S3Error) {
        guard let range, range.lowerBound < 0 || range.isEmpty else { return }
        throw S3Error(
            .invalidRange,
            "A range must have bytes and begin at 0 or behind it.",
            resource: resource(key)
        )
    }

    /// Whether an answer may carry only the range that was asked for, and does not say so.
    func leavesSizeOpen(_ head: HTTPResponse, wanted: Range<Int64>?) -> Bool {
        guard let wanted, wanted.upperBound != .max else { return false }
        return head.status.code != 206 && head.headerFields[.contentRange] == nil
    }

    /// Holds a size that an answer left open against the one that HEAD tells.
    func confirmSize(of object: S3ObjectHead, headers: [String: String]) async throws {
        let key = object.info.key
        let found = try await headObject(key, headers: headers)
        guard found.info.size == object.info.size, found.info.etag == object.info.etag else {
            throw unexpected(
                "GetObject",
                key: key,
                "The store sent \(object.info.size) bytes without Content-Range, but the object has "
                    + "\(found.info.size): it does not say which bytes it sent."
            )
        }
    }

    /// The object's size, and which of its bytes an answer carries.
    func extent(
        of head: HTTPResponse,
        key: String,
        wanted: Range<Int64>?
    ) throws(S3Error) -> (size: Int64, range: Range<Int64>) {
        // Some stores (rclone) send a part with status 200.
        if head.status.code == 206 || (wanted != nil && head.headerFields[.contentRange] != nil) {
            guard let told = ContentRange(head.headerFields[.contentRange]), let range = told.range else {
                throw unexpected("GetObject", key: key, "The answer has no usable Content-Range.")
            }
            guard let wanted, range == wanted.clamped(to: 0..<told.size) else {
                throw unexpected("GetObject", key: key, "The store sent another range than the one asked for.")
            }
            return (told.size, range)
        }
        guard let size = head.headerFields[.contentLength].flatMap({ Int64($0) }), size >= 0 else {
            throw unexpected("GetObject", key: key, "The answer has no usable Content-Length.")
        }
        if let wanted, wanted.lowerBound > 0 || wanted.upperBound < size {
            throw unexpected("GetObject", key: key, "The store ignores ranges and sent the whole object.")
        }
        return (size, 0..<size)
    }
}
