/// What is particular about a kind of store, as data: nothing else in this module asks which store it talks to.
///
/// Take one of the profiles and change what differs:
///
///     var provider = try S3Provider.custom(endpoint: "https://s3.example.com", region: "eu-1")
///     provider.conditionalPut = .enforced
///
/// An endpoint whose host is known selects its profile by itself: ``S3Provider/custom(endpoint:region:)`` with
/// `https://….r2.cloudflarestorage.com` is ``S3Provider/r2(accountID:jurisdiction:)``.
public struct S3Provider: Sendable, Hashable {
    /// Where a bucket's name goes.
    public struct Addressing: Sendable, Hashable {
        enum Base: Sendable, Hashable { case path, virtualHost }
        let base: Base
        /// Into the path: `https://host/bucket/key`.
        public static let path = Addressing(base: .path)
        /// Into the host: `https://bucket.host/key`, but for names that a TLS certificate cannot cover.
        public static let virtualHost = Addressing(base: .virtualHost)
    }

    /// Whether the SHA-256 of a body is part of the signature.
    public struct PayloadSigning: Sendable, Hashable {
        enum Base: Sendable, Hashable { case automatic, always, never }
        let base: Base
        /// Signed over http; over https TLS protects it and the hash is saved.
        public static let automatic = PayloadSigning(base: .automatic)
        /// Signed always.
        public static let always = PayloadSigning(base: .always)
        /// Never signed; only for stores that allow it over http too.
        public static let never = PayloadSigning(base: .never)
    }

    /// A checksum that goes with each body, for the store to check.
    public struct BodyChecksum: Sendable, Hashable {
        enum Base: Sendable, Hashable { case none, contentMD5, crc32c }
        let base: Base
        /// None.
        public static let none = BodyChecksum(base: .none)
        /// `Content-MD5` (RFC 1864).
        public static let contentMD5 = BodyChecksum(base: .contentMD5)
        /// `x-amz-checksum-crc32c`.
        public static let crc32c = BodyChecksum(base: .crc32c)
    }

    /// What an ETag says about the content.
    public struct ETagMeaning: Sendable, Hashable {
        enum Base: Sendable, Hashable { case opaque, md5, perhapsMD5 }
        let base: Base
        /// Nothing.
        public static let opaque = ETagMeaning(base: .opaque)
        /// It is the content's MD5, or for uploads in parts the MD5 of the parts' MD5s with `-N`.
        public static let md5 = ETagMeaning(base: .md5)
        /// If it looks like an MD5 and is the right one, it proves the content; if not, it proves nothing.
        public static let perhapsMD5 = ETagMeaning(base: .perhapsMD5)
    }

    /// The rules for uploads in parts.
    public struct PartRules: Sendable, Hashable {
        /// The least bytes of a part that is not the last.
        public var minimumSize: Int64 = 5 << 20
        /// The most bytes of a part.
        public var maximumSize: Int64 = 5 << 30
        /// The most parts.
        public var maximumCount: Int = 10_000
        /// The most bytes of an object that is sent as a whole.
        public var maximumWholeSize: Int64 = 5 << 30
        /// The most bytes of an object.
        public var maximumObjectSize: Int64 = 5 << 40

        /// The rules of AWS.
        public init() {}
    }

    /// The profile's name, for messages.
    public var name: String
    /// The endpoint; for AWS the one of ``region``.
    public var endpoint: S3Endpoint
    /// The region that is signed with.
    public var region: String
    /// Where a bucket's name goes.
    public var addressing: Addressing = .path
    /// Whether bodies are hashed into the signature.
    public var payloadSigning: PayloadSigning = .automatic
    /// The checksum that goes with bodies over https; over http the signature covers them.
    public var bodyChecksum: BodyChecksum = .none
    /// What the ETag of an object that was sent as a whole says, and that of a part.
    public var etag: ETagMeaning = .perhapsMD5
    /// What the ETag of an object that was sent in parts says.
    public var multipartETag: ETagMeaning = .perhapsMD5
    /// The rules for uploads in parts.
    public var parts = PartRules()
    /// Whether lists are asked for with `encoding-type=url`, which carries any key.
    public var encodesListedKeys = true
    /// Whether a listed `+` means a space (as in forms) or itself.
    public var listedPlusIsSpace = true
    /// How many keys go into one request to delete; 0 means that keys are deleted one by one.
    public var deleteBatchSize = 1000
    /// Whether puts may be made conditional.
    public var conditionalPut: ObjectStoreCapabilities.Support = .unknown
    /// Whether the completion of an upload in parts may be made conditional.
    public var conditionalComplete: ObjectStoreCapabilities.Support = .unknown
    /// Whether the store is known to check signed hashes and checksums of bodies.
    public var checksBodies = false
    /// Whether uploads in parts can be listed.
    public var listsUploads = true
    /// Whether any key of up to 1,024 bytes is kept as it is.
    public var keepsAnyKey = true
    /// Whether names of buckets follow the strict rules of AWS.
    public var strictBucketNames = true
    /// Whether a region that an answer names is learned for the bucket, and the request signed anew for it.
    public var learnsRegion = true

    /// A profile with the widest compatible settings.
    public init(name: String, endpoint: S3Endpoint, region: String) {
        self.name = name
        self.endpoint = endpoint
        self.region = region
    }

    /// The endpoint of another region of the same store; only AWS has such.
    func endpoint(inRegion other: String) -> S3Endpoint {
        guard endpoint.family == .aws, other != region, let host = Self.awsHost(endpoint.host, movedTo: other) else {
            return endpoint
        }
        return S3Endpoint(isSecure: endpoint.isSecure, host: host, port: endpoint.port, basePath: endpoint.basePath)
    }
}
