import FoundationEssentials
import HTTPTypes

extension S3Bucket {
    /// Copies an object on the store's side, with its media type and metadata.
    /// - Parameters:
    ///   - source: the key to copy from.
    ///   - sourceBucket: the bucket that it is in; nil means this one.
    ///   - key: the key to copy to.
    ///   - replacing: new media type and metadata instead of the source's.
    /// - Returns: the copy's ETag.
    /// - Throws: ``S3Error``, also for an error inside an answer of status 200.
    @discardableResult
    public func copyObject(
        from source: String,
        in sourceBucket: String? = nil,
        to key: String,
        replacing: S3PutOptions? = nil
    ) async throws -> String? {
        try S3Names.checkKey(source)
        let sourceName = sourceBucket ?? name
        try S3Names.checkBucket(sourceName, strict: provider.strictBucketNames)
        var request = try request("CopyObject", .put, key: key)
        request.headers = [
            ("x-amz-copy-source", "/\(PercentEncoding.path(sourceName))/\(PercentEncoding.path(source))"),
            ("x-amz-metadata-directive", replacing == nil ? "COPY" : "REPLACE"),
        ]
        if let replacing { request.headers += try replacing.fields() }
        let (_, body) = try await client.collect(request)
        var etag: String?
        try decode(body, root: "CopyObjectResult", of: "CopyObject", key: key) { (reader) throws(XMLError) in
            try reader.children { (reader, name) throws(XMLError) in
                if name == "ETag" { etag = S3ETag.plain(try reader.text()) }
            }
        }
        return etag
    }
}
