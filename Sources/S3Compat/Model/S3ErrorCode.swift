extension S3Error {
    /// The kind of failure. The set is open: a `switch` needs a `default`.
    ///
    /// Codes that a store sends keep S3's own names; those that arise here are named like them.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's text, such as `NoSuchKey`.
        public let rawValue: String

        /// Any code, also one that is not listed here.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        /// The code's text.
        public var description: String { rawValue }

        // From the store.

        /// The object does not exist.
        public static let noSuchKey = Code("NoSuchKey")
        /// The bucket does not exist.
        public static let noSuchBucket = Code("NoSuchBucket")
        /// The upload in parts does not exist: completed, aborted or never begun.
        public static let noSuchUpload = Code("NoSuchUpload")
        /// The bucket has no lifecycle rules.
        public static let noSuchLifecycleConfiguration = Code("NoSuchLifecycleConfiguration")
        /// The credentials do not allow it.
        public static let accessDenied = Code("AccessDenied")
        /// The access key is not known to the store.
        public static let invalidAccessKeyID = Code("InvalidAccessKeyId")
        /// The secret is wrong, or something changed the request under way.
        public static let signatureDoesNotMatch = Code("SignatureDoesNotMatch")
        /// The machine's clock differs too much from the store's.
        public static let requestTimeTooSkewed = Code("RequestTimeTooSkewed")
        /// The session token has ended.
        public static let expiredToken = Code("ExpiredToken")
        /// A condition such as `If-Match` does not hold.
        public static let preconditionFailed = Code("PreconditionFailed")
        /// Two conditional writes met; the loser may try again.
        public static let conditionalRequestConflict = Code("ConditionalRequestConflict")
        /// The content is unchanged (status 304).
        public static let notModified = Code("NotModified")
        /// The range begins behind the end of the object.
        public static let invalidRange = Code("InvalidRange")
        /// The body did not have the digest that was announced.
        public static let badDigest = Code("BadDigest")
        /// The body did not have the SHA-256 that was signed.
        public static let contentSHA256Mismatch = Code("XAmzContentSHA256Mismatch")
        /// The body ended before its declared length.
        public static let incompleteBody = Code("IncompleteBody")
        /// A part is missing, was replaced, or has the wrong size.
        public static let invalidPart = Code("InvalidPart")
        /// A part other than the last is smaller than the store allows.
        public static let entityTooSmall = Code("EntityTooSmall")
        /// The object is larger than the store allows.
        public static let entityTooLarge = Code("EntityTooLarge")
        /// The bucket belongs to somebody else.
        public static let bucketAlreadyExists = Code("BucketAlreadyExists")
        /// The bucket is there already and belongs to you.
        public static let bucketAlreadyOwnedByYou = Code("BucketAlreadyOwnedByYou")
        /// The bucket still holds objects.
        public static let bucketNotEmpty = Code("BucketNotEmpty")
        /// The store does not offer this operation or header.
        public static let notImplemented = Code("NotImplemented")
        /// The method is not allowed on this resource.
        public static let methodNotAllowed = Code("MethodNotAllowed")
        /// The store asks for fewer requests.
        public static let slowDown = Code("SlowDown")
        /// The store failed.
        public static let internalError = Code("InternalError")
        /// The store is not available.
        public static let serviceUnavailable = Code("ServiceUnavailable")
        /// The store waited too long for the body.
        public static let requestTimeout = Code("RequestTimeout")
        /// The bucket is in another region, and the store did not say in which.
        public static let wrongRegion = Code("PermanentRedirect")
        /// The `Authorization` header field was not understood; usually the region is wrong.
        public static let authorizationHeaderMalformed = Code("AuthorizationHeaderMalformed")

        // From here.

        /// An answer that S3 does not give: no code, a page of HTML, or a redirect to elsewhere.
        public static let unexpectedResponse = Code("UnexpectedResponse")
        /// A setting is missing or wrong.
        public static let invalidConfiguration = Code("InvalidConfiguration")
        /// The endpoint belongs to another kind of store than the profile.
        public static let endpointMismatch = Code("EndpointMismatch")
        /// The name of a bucket breaks the rules.
        public static let invalidBucketName = Code("InvalidBucketName")
        /// A key breaks the rules.
        public static let invalidKey = Code("InvalidKey")
        /// A parameter is out of its bounds.
        public static let invalidArgument = Code("InvalidArgument")
        /// The store's profile says that it cannot do this; nothing was sent.
        public static let unsupported = Code("Unsupported")
        /// The store cannot be reached.
        public static let unreachable = Code("Unreachable")
        /// The connection ended before the answer did.
        public static let connectionLost = Code("ConnectionLost")
        /// TLS failed: the certificate, its name, or the handshake.
        public static let tlsFailed = Code("TLSFailed")
        /// A time limit passed.
        public static let timedOut = Code("TimedOut")
        /// The store may or may not have done it: the answer was lost.
        public static let outcomeUnknown = Code("OutcomeUnknown")
        /// What was stored or read is not what was meant: a hash or length differs.
        public static let corrupted = Code("Corrupted")
        /// The body had more or fewer bytes than declared.
        public static let lengthMismatch = Code("LengthMismatch")
        /// The object needs more parts than the store allows; use longer parts.
        public static let tooManyParts = Code("TooManyParts")
        /// The source of the body, or the file to be written, failed.
        public static let localFailure = Code("LocalFailure")
    }
}
