public import FoundationEssentials
import HTTPTypes

/// A bucket in a list.
public struct S3BucketInfo: Sendable, Hashable {
    /// The bucket's name.
    public var name: String
    /// When it was made.
    public var created: Date?
    /// The region, where the store tells it.
    public var region: String?
}

extension S3Client {
    /// All buckets of the credentials' owner.
    public func listBuckets() async throws -> [S3BucketInfo] {
        var buckets: [S3BucketInfo] = []
        var token: String?
        repeat {
            var request = S3Request("ListBuckets", .get)
            if let token { request.query = [("continuation-token", token)] }
            let (_, body) = try await collect(request)
            let before = token
            token = nil
            try decode(
                body,
                root: "ListAllMyBucketsResult",
                of: "ListBuckets",
                resource: provider.endpoint.description
            ) { (reader) throws(XMLError) in
                try reader.children { (reader, name) throws(XMLError) in
                    if name == "ContinuationToken" || name == "NextContinuationToken" { token = try reader.text() }
                    guard name == "Buckets" else { return }
                    try reader.children { (reader, name) throws(XMLError) in
                        if name == "Bucket" { buckets.append(try Self.readBucket(&reader)) }
                    }
                }
            }
            if token == before || token?.isEmpty ?? false { token = nil }
        } while token != nil
        return buckets
    }

    private static func readBucket(_ reader: inout XMLReader) throws(XMLError) -> S3BucketInfo {
        var bucket = S3BucketInfo(name: "")
        try reader.children { (reader, name) throws(XMLError) in
            switch name {
            case "Name": bucket.name = try reader.text()
            case "CreationDate": bucket.created = UTCDateTime(iso8601: try reader.text())?.date
            case "BucketRegion": bucket.region = try reader.text()
            default: break
            }
        }
        return bucket
    }
}

extension S3Bucket {
    /// Makes this bucket in the client's region.
    /// - Throws: ``S3Error``, with ``S3Error/Code/bucketAlreadyOwnedByYou`` or ``S3Error/Code/bucketAlreadyExists``.
    public func create() async throws {
        var request = try request("CreateBucket", .put, key: nil)
        let region = provider.region
        // us-east-1 is AWS's default and refused as a constraint; `auto` is R2's.
        if region != "us-east-1", region != "auto" {
            var writer = XMLWriter()
            writer.element("CreateBucketConfiguration", namespace: XMLWriter.namespace) {
                $0.element("LocationConstraint", region)
            }
            try request.setDocument(writer.bytes)
        }
        _ = try await client.collect(request)
    }

    /// Makes this bucket unless it is there already and belongs to the credentials' owner.
    public func createIfMissing() async throws {
        if try await exists() { return }
        do {
            try await create()
        } catch let error as S3Error where [.bucketAlreadyOwnedByYou, .bucketAlreadyExists].contains(error.code) {
            // Ceph answers BucketAlreadyExists for one's own too: HEAD tells whose it is.
            guard try await exists() else { throw error }
        }
    }

    /// Whether this bucket exists and may be looked at.
    /// - Throws: ``S3Error``, with ``S3Error/Code/accessDenied`` when it exists but is somebody else's.
    public func exists() async throws -> Bool {
        do {
            try await headBucket()
            return true
        } catch let error as S3Error where error.code == .noSuchBucket {
            return false
        }
    }

    /// Looks at this bucket.
    /// - Returns: its region, where the store tells it.
    /// - Throws: ``S3Error``, with ``S3Error/Code/noSuchBucket`` when it is not there.
    @discardableResult
    public func headBucket() async throws -> String? {
        do {
            let (head, _) = try await client.collect(try request("HeadBucket", .head, key: nil))
            return head.headerFields[.amzBucketRegion]
        } catch var error as S3Error where error.code == .noSuchKey {
            error.code = .noSuchBucket
            error.message = S3Error.sentence(for: .noSuchBucket, status: 404, document: nil, body: [])
            throw error
        }
    }

    /// Deletes this bucket, which must be empty.
    public func deleteBucket() async throws {
        _ = try await client.collect(try request("DeleteBucket", .delete, key: nil))
    }
}
