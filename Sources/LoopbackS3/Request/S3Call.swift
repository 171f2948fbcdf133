import GroundworkCore
import GroundworkTesting
import HTTPTypes

/// A request whose target was taken apart.
struct S3Call: Sendable {
    let method: HTTPRequest.Method
    /// The path exactly as it was sent, without the query.
    let path: String
    let host: String
    let query: S3Query
    let headers: HTTPFields
    let bucket: String?
    let key: ObjectKey?
    let operation: LoopbackS3Operation

    /// Takes a request apart.
    /// - Parameter domain: hosts `bucket.DOMAIN` name a bucket (virtual-hosted style).
    init(_ head: HTTPRequest, domain: String) throws(S3Failure) {
        // A proxy's client sends a whole URL (RFC 9112, section 3.2.2).
        var target = head.path ?? "/"
        if let scheme = target.firstRange(of: "://"), target.utf8.first != 0x2F {
            let rest = target[scheme.upperBound...]
            target = String(rest[(rest.firstIndex(of: "/") ?? rest.endIndex)...])
        }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        method = head.method
        path = parts.first.map(String.init) ?? "/"
        headers = head.headerFields
        host = head.authority ?? head.headerFields["host"] ?? ""
        guard let query = S3Query(parts.count > 1 ? parts[1] : "") else { throw .invalidURI(path) }
        self.query = query

        var rest = path.utf8.first == 0x2F ? path.dropFirst() : Substring(path)
        if let name = S3Call.bucket(ofHost: host, domain: domain) {
            bucket = name
        } else if rest.isEmpty {
            bucket = nil
        } else {
            let slash = rest.utf8.firstIndex(of: 0x2F) ?? rest.endIndex
            guard let bytes = PercentText.decode(rest[..<slash]) else { throw .invalidURI(path) }
            bucket = String(decoding: bytes, as: UTF8.self)
            rest = slash == rest.endIndex ? "" : rest[slash...].dropFirst()
        }
        if rest.isEmpty {
            key = nil
        } else {
            guard let bytes = PercentText.decode(rest), String(validating: bytes, as: UTF8.self) != nil else {
                throw .invalidURI(path)
            }
            guard bytes.count <= ObjectKey.maximumLength else { throw .keyTooLong(bytes.count) }
            key = ObjectKey(bytes)
        }
        operation = S3Call.operation(method, hasBucket: bucket != nil, hasKey: key != nil, query, headers)
    }

    private static func bucket(ofHost host: String, domain: String) -> String? {
        let name = host.split(separator: ":").first ?? ""
        guard name.hasSuffix(".\(domain)") else { return nil }
        return String(name.dropLast(domain.count + 1))
    }

    /// Parameters that name a part of the API which this server does not have.
    private static let foreignParameters: Set<String> = [
        "accelerate", "acl", "analytics", "attributes", "cors", "encryption", "intelligent-tiering", "inventory",
        "legal-hold", "logging", "metrics", "notification", "object-lock", "ownershipControls", "policy",
        "policyStatus", "publicAccessBlock", "replication", "requestPayment", "restore", "retention", "select",
        "tagging", "torrent", "versionId", "versioning", "versions", "website", "session", "renameObject",
    ]

    private static func operation(
        _ method: HTTPRequest.Method,
        hasBucket: Bool,
        hasKey: Bool,
        _ query: S3Query,
        _ headers: HTTPFields
    ) -> LoopbackS3Operation {
        if query.items.contains(where: { foreignParameters.contains($0.name) }) { return .unknown }
        guard hasBucket else { return method == .get ? .listBuckets : .unknown }
        if query.contains("lifecycle") { return hasKey ? .unknown : lifecycleOperation(method) }
        return hasKey ? objectOperation(method, query, headers) : bucketOperation(method, query)
    }

    private static func bucketOperation(_ method: HTTPRequest.Method, _ query: S3Query) -> LoopbackS3Operation {
        switch method {
        case .get where query.contains("location"): .getBucketLocation
        case .get where query.contains("uploads"): .listMultipartUploads
        case .get: query["list-type"] == "2" ? .listObjectsV2 : .listObjects
        case .put: .createBucket
        case .head: .headBucket
        case .delete: .deleteBucket
        case .post where query.contains("delete"): .deleteObjects
        default: .unknown
        }
    }

    private static func lifecycleOperation(_ method: HTTPRequest.Method) -> LoopbackS3Operation {
        switch method {
        case .get: .getBucketLifecycleConfiguration
        case .put: .putBucketLifecycleConfiguration
        case .delete: .deleteBucketLifecycle
        default: .unknown
        }
    }

    private static func objectOperation(
        _ method: HTTPRequest.Method,
        _ query: S3Query,
        _ headers: HTTPFields
    ) -> LoopbackS3Operation {
        let isCopy = headers["x-amz-copy-source"] != nil
        switch method {
        case .put where query.contains("uploadId") || query.contains("partNumber"):
            return isCopy ? .uploadPartCopy : .uploadPart
        case .put: return isCopy ? .copyObject : .putObject
        case .get: return query.contains("uploadId") ? .listParts : .getObject
        case .head: return .headObject
        case .delete: return query.contains("uploadId") ? .abortMultipartUpload : .deleteObject
        case .post where query.contains("uploads"): return .createMultipartUpload
        case .post where query.contains("uploadId"): return .completeMultipartUpload
        default: return .unknown
        }
    }
}
