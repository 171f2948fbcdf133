import GroundworkCore

extension S3Service {
    func listBuckets() -> S3Answer {
        let buckets = state.withLock { $0.buckets.mapValues(\.created) }
        return .document(
            XMLText.document("ListAllMyBucketsResult") { xml in
                xml.element("Owner") { owner(&$0) }
                xml.element("Buckets") { xml in
                    for (name, created) in buckets.sorted(by: { $0.key < $1.key }) {
                        xml.element("Bucket") {
                            $0.element("Name", name)
                            $0.element("CreationDate", UTCDateTime(created).rfc3339Milliseconds)
                        }
                    }
                }
            }
        )
    }

    func owner(_ xml: inout XMLText) {
        xml.element("ID", "loopback")
        xml.element("DisplayName", "loopback")
    }

    func createBucket(_ request: Request) async throws -> S3Answer {
        let name = try request.bucket()
        guard BucketName.isValid(name) else {
            throw S3Failure(
                400,
                "InvalidBucketName",
                "The specified bucket is not valid.",
                [("BucketName", name)]
            )
        }
        let document = try await receiveDocument(request)
        if let place = document?.value("LocationConstraint"), !place.isEmpty, place != settings.region,
            !settings.acceptedRegions.contains(place)
        {
            throw S3Failure(
                400,
                "IllegalLocationConstraintException",
                "The \(place) location constraint is incompatible for the region specific endpoint this request was "
                    + "sent to."
            )
        }
        let isNew = state.withLock { state in
            guard state.buckets[name] == nil else { return false }
            state.buckets[name] = StoredBucket(created: request.now)
            return true
        }
        guard isNew else {
            throw S3Failure(
                409,
                "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.",
                [("BucketName", name)]
            )
        }
        return S3Answer(headers: [("Location", "/\(name)")])
    }

    func headBucket(_ request: Request) throws(S3Failure) -> S3Answer {
        let name = try request.bucket()
        _ = try state.withLock { state throws(S3Failure) in try state.bucket(name) }
        return S3Answer(headers: [("x-amz-bucket-region", settings.region)])
    }

    func deleteBucket(_ request: Request) throws(S3Failure) -> S3Answer {
        let name = try request.bucket()
        try state.withLock { state throws(S3Failure) in
            let bucket = try state.bucket(name)
            guard bucket.objects.isEmpty else {
                throw S3Failure(
                    409,
                    "BucketNotEmpty",
                    "The bucket you tried to delete is not empty",
                    [("BucketName", name)]
                )
            }
            state.buckets[name] = nil
        }
        return .noContent
    }

    func bucketLocation(_ request: Request) throws(S3Failure) -> S3Answer {
        let name = try request.bucket()
        _ = try state.withLock { state throws(S3Failure) in try state.bucket(name) }
        // The oldest region has no name here.
        let place = settings.region == "us-east-1" ? "" : settings.region
        return .document(
            Array(
                ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    + "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(place)</LocationConstraint>")
                    .utf8
            )
        )
    }
}

/// The rules for names of general purpose buckets (S3 User Guide, "Bucket naming rules").
enum BucketName {
    static func isValid(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (3...63).contains(bytes.count), let first = bytes.first, let last = bytes.last, isAlphanumeric(first),
            isAlphanumeric(last), bytes.allSatisfy({ isAlphanumeric($0) || $0 == 0x2E || $0 == 0x2D }),
            !zip(bytes, bytes.dropFirst()).contains(where: { $0 == 0x2E && $1 == 0x2E })
        else { return false }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return !(parts.count == 4 && parts.allSatisfy { UInt8($0) != nil })
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
}
