public import FoundationEssentials

extension S3Bucket: ObjectStore {
    /// The bucket as a URL that names it among all buckets: `s3://bucket` on AWS, where names are unique, and
    /// `s3://bucket?endpoint=https://host:port/path` elsewhere. Two clients of one bucket give the same text, however they
    /// address and sign. It holds no secret.
    public var location: String {
        provider.endpoint.family == .aws ? "s3://\(name)" : "s3://\(name)?endpoint=\(provider.endpoint)"
    }

    /// What the profile says; whether conditional puts are kept to is asked of an unknown store once, with a probe object
    /// below ``probePrefix`` that is deleted again. Where the credentials may not store it, the answer is unknown.
    public func capabilities() async throws -> ObjectStoreCapabilities {
        try await mapping(key: nil) {
            ObjectStoreCapabilities(
                conditionalPut: try await conditionalPut(),
                listsAbandonedUploads: provider.listsUploads,
                arbitraryKeys: provider.keepsAnyKey,
                maximumObjectSize: provider.parts.maximumObjectSize
            )
        }
    }

    /// Stores an object; see ``upload(_:_:options:)``.
    @discardableResult
    public func put(_ key: String, _ body: ObjectBody, options: ObjectPutOptions) async throws -> ObjectPutResult {
        try await mapping(key: key) { try await upload(key, body, options: S3PutOptions(options)) }
    }

    /// Opens an object; see ``getObject(_:options:)``.
    public func get(_ key: String, options: ObjectGetOptions) async throws -> ObjectGetResult {
        let options = S3GetOptions(options)
        let (head, range, body) = try await mapping(key: key) { try await open(key, options: options) }
        let reader = ObjectReader(self, key: key, head: head, range: range, options: options, body: body)
        let content = ObjectContent(
            next: { try await mapping(key: key) { try await reader.next() } },
            abandon: { reader.abandon() }
        )
        return ObjectGetResult(info: head.visible, range: range, content: content)
    }

    /// Looks at an object; see ``headObject(_:options:)``.
    public func head(_ key: String) async throws -> ObjectInfo {
        try await mapping(key: key) { try await headObject(key).visible }
    }

    /// Deletes an object; see ``deleteObject(_:options:)``.
    public func delete(_ key: String) async throws {
        try await mapping(key: key) { try await deleteObject(key) }
    }

    /// Deletes many objects; see ``deleteObjects(_:)``.
    public func deleteMany(_ keys: [String]) async throws -> [ObjectDeleteFailure] {
        try await mapping(key: nil) {
            try await deleteObjects(keys).map { failure in
                ObjectDeleteFailure(
                    key: failure.key,
                    error: ObjectStoreError(failure.error, key: failure.key, in: self)
                )
            }
        }
    }

    /// Lists objects page by page; see ``listObjects(_:continuationToken:)``.
    public func list(_ options: ObjectListOptions) -> ObjectListing {
        ObjectListing {
            let state = Locked<(token: String?, isAtEnd: Bool)>((nil, false))
            return {
                let (token, isAtEnd) = state.withLock { $0 }
                guard !isAtEnd else { return nil }
                let page = try await mapping(key: nil) {
                    try await listObjects(options, continuationToken: token)
                }
                state.withLock { $0 = (page.continuationToken, page.continuationToken == nil) }
                return ObjectListPage(objects: page.objects, commonPrefixes: page.commonPrefixes)
            }
        }
    }

    /// Uploads in parts that were begun before a date; empty where the store cannot list them.
    public func abandonedUploads(prefix: String, olderThan date: Date) async throws -> [AbandonedUpload] {
        guard provider.listsUploads else { return [] }
        return try await mapping(key: nil) {
            try await listMultipartUploads(prefix: prefix).compactMap { upload in
                guard let initiated = upload.initiated, initiated < date else { return nil }
                return AbandonedUpload(key: upload.key, uploadID: upload.uploadID, initiated: initiated)
            }
        }
    }

    /// Throws away an upload in parts.
    public func abort(_ upload: AbandonedUpload) async throws {
        try await mapping(key: upload.key) {
            try await abortMultipartUpload(
                S3MultipartUpload(key: upload.key, uploadID: upload.uploadID, initiated: upload.initiated)
            )
        }
    }

    /// Turns ``S3Error`` into `ObjectStoreError`; all others pass.
    private func mapping<Result>(key: String?, _ body: () async throws -> Result) async throws -> Result {
        do { return try await body() } catch let error as S3Error {
            throw ObjectStoreError(error, key: key, in: self)
        }
    }
}

extension ObjectStoreError {
    /// The error of a store from that of S3.
    init(_ error: S3Error, key: String?, in bucket: S3Bucket) {
        self.init(
            Code(error),
            error.message,
            key: key,
            store: bucket.location,
            requestID: error.requestID,
            isRetryable: error.isRetryable,
            underlyingError: error
        )
    }
}

extension ObjectStoreError.Code {
    init(_ error: S3Error) {
        self =
            switch error.code {
            case .noSuchKey, .noSuchUpload: .notFound
            case .noSuchBucket: .storeNotFound
            case .preconditionFailed, .conditionalRequestConflict: .preconditionFailed
            case .invalidRange: .invalidRange
            case .invalidKey: .invalidKey
            case .unsupported, .notImplemented, .methodNotAllowed: .unsupported
            case .accessDenied, .invalidAccessKeyID, .signatureDoesNotMatch, .expiredToken: .accessDenied
            case .requestTimeTooSkewed, .wrongRegion, .authorizationHeaderMalformed, .invalidConfiguration,
                .endpointMismatch, .invalidBucketName, .tlsFailed:
                .misconfigured
            case .slowDown: .throttled
            case .internalError, .serviceUnavailable, .unreachable, .connectionLost: .unavailable
            case .timedOut, .requestTimeout: .timedOut
            case .entityTooLarge, .tooManyParts: .tooLarge
            case .lengthMismatch, .incompleteBody: .lengthMismatch
            case .corrupted, .badDigest, .contentSHA256Mismatch: .corrupted
            case .outcomeUnknown: .outcomeUnknown
            default: ObjectStoreError.Code(unnamed: error)
            }
    }

    /// By what S3 writes out in words, and by the status.
    private init(unnamed error: S3Error) {
        switch error.code.rawValue {
        case "KeyTooLongError", "XMinioInvalidObjectName", "InvalidObjectName", "InvalidURI": self = .invalidKey
        case "InvalidRegion", "IllegalLocationConstraintException", "InvalidToken": self = .misconfigured
        case "QuotaExceeded", "XMinioStorageFull", "EntityQuotaExceeded": self = .noSpace
        case "AccountProblem", "AllAccessDisabled", "UnauthorizedAccess", "Unauthorized": self = .accessDenied
        default:
            switch error.httpStatus {
            case 401, 403: self = .accessDenied
            case 404: self = .notFound
            case 429: self = .throttled
            case 507: self = .noSpace
            case .some(let status) where status >= 500: self = .unavailable
            default: self = .failed
            }
        }
    }
}
