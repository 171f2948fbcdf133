public import FoundationEssentials
import HTTPTypes

/// An upload in parts that is under way.
public struct S3MultipartUpload: Sendable, Hashable {
    /// The key that the object will have.
    public var key: String
    /// The store's name for the upload.
    public var uploadID: String
    /// When it was begun, by the store's clock.
    public var initiated: Date?

    /// Describes an upload that was begun before, such as one whose name was kept in a database.
    /// - Parameters:
    ///   - key: the key that the object will have.
    ///   - uploadID: the store's name for the upload.
    ///   - initiated: when it was begun, where that is known.
    public init(key: String, uploadID: String, initiated: Date? = nil) {
        self.key = key
        self.uploadID = uploadID
        self.initiated = initiated
    }
}

/// A part that the store has.
public struct S3Part: Sendable, Hashable {
    /// 1 to 10,000.
    public var number: Int
    /// The part's ETag, without quotes.
    public var etag: String
    /// Its bytes.
    public var size: Int64
    /// The checksums in base64 that it was sent with; they are repeated when the upload is completed.
    public var checksums: [S3ChecksumAlgorithm: String]

    /// Describes a part.
    public init(number: Int, etag: String, size: Int64, checksums: [S3ChecksumAlgorithm: String] = [:]) {
        self.number = number
        self.etag = etag
        self.size = size
        self.checksums = checksums
    }
}

extension S3Bucket {
    /// Begins an upload in parts.
    ///
    /// For parts with checksums or keys of the caller's own, say so here: `x-amz-checksum-algorithm`, or the fields of
    /// `x-amz-server-side-encryption-customer-…`, go into ``S3PutOptions/headers``, and again with every part.
    public func createMultipartUpload(
        _ key: String,
        options: S3PutOptions = S3PutOptions()
    ) async throws -> S3MultipartUpload {
        try await createMultipartUpload(key, fields: try options.fields())
    }

    func createMultipartUpload(
        _ key: String,
        fields: [(name: String, value: String)]
    ) async throws -> S3MultipartUpload {
        var request = try request("CreateMultipartUpload", .post, key: key)
        request.query = [("uploads", "")]
        request.headers = fields
        let hasOwn = fields.contains { $0.name == "x-amz-checksum-algorithm" }
        if provider.bodyChecksum == .crc32c, !provider.signsPayload, !hasOwn {
            request.headers.append(("x-amz-checksum-algorithm", "CRC32C"))
        }
        let (head, body) = try await client.collect(request)
        var id = ""
        try decode(body, root: "InitiateMultipartUploadResult", of: "CreateMultipartUpload", key: key) {
            (reader) throws(XMLError) in
            try reader.children { (reader, name) throws(XMLError) in
                if name == "UploadId" { id = try reader.text() }
            }
        }
        guard !id.isEmpty else {
            throw unexpected("CreateMultipartUpload", key: key, "The answer has no UploadId.")
        }
        let date = head.headerFields[.date].flatMap { UTCDateTime(httpDate: $0)?.date }
        return S3MultipartUpload(key: key, uploadID: id, initiated: date)
    }

    /// Sends one part. The body must be in memory or a file: it may have to be sent again.
    /// - Parameters:
    ///   - upload: the upload that the part belongs to.
    ///   - number: 1 to 10,000; the same number again replaces the part.
    ///   - bytes: the part.
    ///   - options: further header fields. A checksum among them goes instead of the profile's own.
    public func uploadPart(
        _ upload: S3MultipartUpload,
        number: Int,
        _ bytes: [UInt8],
        options: S3RequestOptions = S3RequestOptions()
    ) async throws -> S3Part {
        try await send(part: .bytes(bytes), number: number, of: upload, fields: try options.fields()).part
    }

    /// Sends a range of a file as one part.
    public func uploadPart(
        _ upload: S3MultipartUpload,
        number: Int,
        _ range: HTTPFileRange,
        options: S3RequestOptions = S3RequestOptions()
    ) async throws -> S3Part {
        try await send(part: .file(range), number: number, of: upload, fields: try options.fields()).part
    }

    /// Completes an upload. An error inside an answer of status 200 is an error.
    /// - Returns: the object's ETag.
    @discardableResult
    public func completeMultipartUpload(
        _ upload: S3MultipartUpload,
        parts: [S3Part],
        condition: ObjectPutOptions.Condition = .none,
        options: S3RequestOptions = S3RequestOptions()
    ) async throws -> String? {
        var writer = XMLWriter()
        writer.element("CompleteMultipartUpload", namespace: XMLWriter.namespace) { writer in
            for part in parts.sorted(by: { $0.number < $1.number }) {
                writer.element("Part") { writer in
                    for (algorithm, value) in part.checksums.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                        writer.element(algorithm.elementName, value)
                    }
                    writer.element("ETag", S3ETag.quoted(part.etag))
                    writer.element("PartNumber", String(part.number))
                }
            }
        }
        var request = try request("CompleteMultipartUpload", .post, key: upload.key)
        request.query = [("uploadId", upload.uploadID)]
        request.headers = try options.fields()
        if let field = condition.field { request.headers.append(field) }
        try request.setDocument(writer.bytes)
        request.replay = .ifNothingSent
        let (_, body) = try await client.collect(request)
        var etag: String?
        do throws(S3Error) {
            try decode(body, root: "CompleteMultipartUploadResult", of: "CompleteMultipartUpload", key: upload.key) {
                (reader) throws(XMLError) in
                try reader.children { (reader, name) throws(XMLError) in
                    if name == "ETag" { etag = S3ETag.plain(try reader.text()) }
                }
            }
        } catch {
            // The store said yes in words that are not understood: whoever completes must look.
            var error = error
            error.mayHaveHappened = true
            throw error
        }
        return etag
    }

    /// Throws an upload away with its parts. One that is not there is no error.
    public func abortMultipartUpload(
        _ upload: S3MultipartUpload,
        options: S3RequestOptions = S3RequestOptions()
    ) async throws {
        var request = try request("AbortMultipartUpload", .delete, key: upload.key)
        request.headers = try options.fields()
        request.query = [("uploadId", upload.uploadID)]
        do {
            _ = try await client.collect(request)
        } catch let error as S3Error where [.noSuchUpload, .noSuchKey].contains(error.code) {
            return
        }
    }
}
