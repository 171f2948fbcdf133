/// An operation of the S3 API, by its name in the API reference.
public struct LoopbackS3Operation: Sendable, Hashable, CustomStringConvertible {
    /// The operation's name, such as `PutObject`.
    public let description: String
    private init(_ name: String) { description = name }

    /// Lists the buckets.
    public static let listBuckets = Self("ListBuckets")
    /// Makes a bucket.
    public static let createBucket = Self("CreateBucket")
    /// Asks whether a bucket is there.
    public static let headBucket = Self("HeadBucket")
    /// Deletes an empty bucket.
    public static let deleteBucket = Self("DeleteBucket")
    /// Asks for a bucket's region.
    public static let getBucketLocation = Self("GetBucketLocation")
    /// Lists objects, version 1.
    public static let listObjects = Self("ListObjects")
    /// Lists objects, version 2.
    public static let listObjectsV2 = Self("ListObjectsV2")
    /// Stores an object.
    public static let putObject = Self("PutObject")
    /// Reads an object.
    public static let getObject = Self("GetObject")
    /// Reads an object's properties.
    public static let headObject = Self("HeadObject")
    /// Deletes an object.
    public static let deleteObject = Self("DeleteObject")
    /// Deletes up to 1,000 objects.
    public static let deleteObjects = Self("DeleteObjects")
    /// Copies an object on the server.
    public static let copyObject = Self("CopyObject")
    /// Begins an upload in parts.
    public static let createMultipartUpload = Self("CreateMultipartUpload")
    /// Uploads a part.
    public static let uploadPart = Self("UploadPart")
    /// Makes a part from an object on the server.
    public static let uploadPartCopy = Self("UploadPartCopy")
    /// Puts the parts together.
    public static let completeMultipartUpload = Self("CompleteMultipartUpload")
    /// Throws an upload in parts away.
    public static let abortMultipartUpload = Self("AbortMultipartUpload")
    /// Lists uploads in parts.
    public static let listMultipartUploads = Self("ListMultipartUploads")
    /// Lists the parts of an upload.
    public static let listParts = Self("ListParts")
    /// Sets a bucket's lifecycle rules.
    public static let putBucketLifecycleConfiguration = Self("PutBucketLifecycleConfiguration")
    /// Asks for a bucket's lifecycle rules.
    public static let getBucketLifecycleConfiguration = Self("GetBucketLifecycleConfiguration")
    /// Removes a bucket's lifecycle rules.
    public static let deleteBucketLifecycle = Self("DeleteBucketLifecycle")
    /// Anything that this server does not do; it is answered with `NotImplemented`.
    public static let unknown = Self("Unknown")
}
