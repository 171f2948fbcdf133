import FoundationEssentials
public import HTTPTypes

/// What is known of an object from its head.
public struct S3ObjectHead: Sendable, Hashable {
    /// Key, size, ETag, time, media type and metadata.
    public var info: ObjectInfo
    /// All header fields of the answer.
    public var headerFields: HTTPFields

    /// The version, in a bucket that keeps versions.
    public var versionID: String? { headerFields[.amzVersionID] }
    /// The storage class; stores leave it out for the default one.
    public var storageClass: S3StorageClass { S3StorageClass(headerFields[.amzStorageClass] ?? "STANDARD") }

    /// Reads the header fields of an answer to GET or HEAD.
    init(key: String, head: HTTPResponse, size: Int64) {
        let fields = head.headerFields
        var metadata: [String: String] = [:]
        for field in fields {
            let name = field.name.canonicalName
            guard name.hasPrefix("x-amz-meta-") else { continue }
            metadata[String(name.dropFirst("x-amz-meta-".count))] = field.value
        }
        headerFields = fields
        info = ObjectInfo(
            key: key,
            size: size,
            etag: fields[.eTag].map(S3ETag.plain),
            lastModified: fields[.lastModified].flatMap { UTCDateTime(httpDate: $0)?.date },
            contentType: fields[.contentType],
            metadata: metadata
        )
    }

    /// The object as users see it: without the mark of uploads.
    var visible: ObjectInfo {
        var info = info
        info.metadata[S3PutOptions.markName] = nil
        return info
    }
}
