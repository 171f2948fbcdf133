import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import HTTPTypes

/// The S3 operations on the server's state. Requests come here once their signature was checked.
struct S3Service: Sendable {
    let settings: LoopbackS3Server.Configuration
    let state: Locked<S3State>
    /// The folder for the bytes; nil unless they are kept in files.
    let directory: String?

    /// A request that is carried out.
    struct Request: Sendable {
        let call: S3Call
        let verified: SignatureVerifier.Verified
        let body: LoopbackRequestBody
        /// The server's clock, which a test may have moved.
        let now: Date

        func bucket() throws(S3Failure) -> String {
            guard let bucket = call.bucket else { throw .invalidURI(call.path) }
            return bucket
        }

        func key() throws(S3Failure) -> ObjectKey {
            guard let key = call.key else { throw .invalidURI(call.path) }
            return key
        }
    }

    func carryOut(_ request: Request) async throws -> S3Answer {
        switch request.call.operation {
        case .listBuckets: listBuckets()
        case .createBucket: try await createBucket(request)
        case .headBucket: try headBucket(request)
        case .deleteBucket: try deleteBucket(request)
        case .getBucketLocation: try bucketLocation(request)
        case .putBucketLifecycleConfiguration: try await putLifecycle(request)
        case .getBucketLifecycleConfiguration: try getLifecycle(request)
        case .deleteBucketLifecycle: try deleteLifecycle(request)
        case .listObjects: try listObjects(request, isVersion2: false)
        case .listObjectsV2: try listObjects(request, isVersion2: true)
        case .putObject: try await putObject(request)
        case .getObject, .headObject: try getObject(request)
        case .deleteObject: try deleteObject(request)
        case .deleteObjects: try await deleteObjects(request)
        case .copyObject: try copyObject(request)
        case .createMultipartUpload: try createUpload(request)
        case .uploadPart: try await uploadPart(request)
        case .uploadPartCopy: try copyPart(request)
        case .completeMultipartUpload: try await completeUpload(request)
        case .abortMultipartUpload: try abortUpload(request)
        case .listMultipartUploads: try listUploads(request)
        case .listParts: try listParts(request)
        default:
            throw S3Failure.notImplemented(request.call.query.items.first?.name ?? request.call.method.rawValue)
        }
    }

    /// Receives an object's bytes.
    func receive(_ request: Request, extraChecksum: ChecksumAlgorithm?) async throws -> BodyReceiver.Received {
        let receiver = BodyReceiver(
            call: request.call,
            verified: request.verified,
            needsMD5: settings.storage != .discard,
            extraChecksum: extraChecksum
        )
        return try await receiver.receive(request.body, into: BlobWriter(settings.storage, directory: directory))
    }

    /// Receives a document; nil when there is none.
    func receiveDocument(_ request: Request) async throws -> XMLElement? {
        let receiver = BodyReceiver(
            call: request.call,
            verified: request.verified,
            needsMD5: false,
            requiresLength: false,
            maximumLength: 2 << 20,
            checksumIsOfBody: request.call.operation != .completeMultipartUpload
        )
        let received = try await receiver.receive(request.body, into: BlobWriter(.memory, directory: nil))
        guard case .memory(let chunks) = received.blob.content, !chunks.isEmpty else { return nil }
        guard let root = XMLElement.parse(Array(chunks.joined())) else { throw S3Failure.malformedXML() }
        return root
    }

    /// The tag of bytes: their MD5, or, where that was not computed, something that is no MD5 and says so.
    func etag(_ md5: [UInt8]?) -> String {
        md5.map { Hex.encode($0) } ?? "\(Hex.encode(SystemRandom().bytes(16)))-0"
    }
}
