import FoundationEssentials
import GroundworkCrypto
import HTTPTypes

extension S3Bucket {
    /// Stores an object from memory, a file, or a stream whose length need not be known.
    ///
    /// What fits into one part goes as a whole; the rest goes in parts of one constant length, several at a time, each
    /// retried by itself. At most `window` parts of a stream are in memory, the one that is being filled included. When it fails or is cancelled, the upload
    /// is aborted before the call returns.
    /// - Throws: ``S3Error``, `CancellationError`, or what the source of the body throws.
    @discardableResult
    public func upload(
        _ key: String,
        _ body: ObjectBody,
        options: S3PutOptions = S3PutOptions()
    ) async throws -> ObjectPutResult {
        try S3Names.checkKey(key)
        let transfer = client.configuration.transfer
        guard let limit = transfer.totalTimeout else {
            return try await uploadUnbounded(key, body, options: options, isDeciding: Locked(false))
        }
        let time = client.time
        let isDeciding = Locked(false)
        do {
            return try await withDeadline(time.monotonic.advanced(by: limit), time: time) {
                try await uploadUnbounded(key, body, options: options, isDeciding: isDeciding)
            }
        } catch is DeadlineExceeded {
            if options.condition != .none, isDeciding.withLock({ $0 }) {
                // Doing it again could meet its own object.
                throw S3Error(
                    .outcomeUnknown,
                    "The upload did not end within \(limit) (S3TransferOptions.totalTimeout), and the store may have "
                        + "stored the object. Look before doing it again.",
                    operation: "PutObject",
                    resource: resource(key)
                )
            }
            throw S3Error(
                .timedOut,
                "The upload did not end within \(limit) (S3TransferOptions.totalTimeout).",
                operation: "PutObject",
                resource: resource(key),
                isRetryable: true
            )
        }
    }

    private func uploadUnbounded(
        _ key: String,
        _ body: ObjectBody,
        options: S3PutOptions,
        isDeciding: Locked<Bool>
    ) async throws -> ObjectPutResult {
        var job = UploadJob(
            key: key,
            fields: try options.fields(),
            condition: options.condition,
            progress: options.progress,
            isDeciding: isDeciding
        )
        if options.condition != .none {
            try await requireConditionalPut()
            job.addMark()
        }
        let transfer = client.configuration.transfer
        if case .known(let count) = body.length,
            count <= min(transfer.multipartThreshold, provider.parts.maximumWholeSize)
        {
            var feed = try PartFeed(body, partSize: max(count, 1))
            // The source is read to its end, so that one that is too long is noticed.
            let first = try await feed.next()
            if first?.isLast == false { _ = try await feed.next() }
            return try await putWhole(job, first?.source ?? .bytes([]))
        }
        let plan = try PartPlan(length: body.length, options: transfer, rules: provider.parts)
        var feed = try PartFeed(body, partSize: plan.partSize)
        guard let (source, isLast) = try await feed.next() else { return try await putWhole(job, .bytes([])) }
        if isLast, source.length <= provider.parts.maximumWholeSize { return try await putWhole(job, source) }
        feed.putBack(source)
        return try await putInParts(job, feed: feed, plan: plan)
    }

    /// What is common to all parts of one upload.
    struct UploadJob: Sendable {
        var key: String
        var fields: [(name: String, value: String)]
        var condition: ObjectPutOptions.Condition
        var progress: ObjectProgress?
        /// Whether the request is under way that makes the object.
        var isDeciding: Locked<Bool>
        /// Metadata that tells, after a lost answer, whether the object that is there is ours.
        private(set) var mark: String?

        init(
            key: String,
            fields: [(name: String, value: String)],
            condition: ObjectPutOptions.Condition,
            progress: ObjectProgress?,
            isDeciding: Locked<Bool>
        ) {
            self.key = key
            self.fields = fields
            self.condition = condition
            self.progress = progress
            self.isDeciding = isDeciding
        }

        /// The header fields that every request about the object needs, not only the one that begins it.
        /// Source: S3 API, "UploadPart" and "HeadObject", on keys of the customer's own.
        var accessHeaders: [String: String] {
            let names: Set<String> = ["x-amz-request-payer", "x-amz-expected-bucket-owner"]
            var headers: [String: String] = [:]
            for (name, value) in fields
            where names.contains(name) || name.hasPrefix("x-amz-server-side-encryption-customer-") {
                headers[name] = value
            }
            return headers
        }

        mutating func addMark() {
            guard mark == nil else { return }
            let mark = Hex.encode(SystemRandom().bytes(16))
            self.mark = mark
            fields.append(("x-amz-meta-\(S3PutOptions.markName)", mark))
        }
    }

    private func putWhole(_ job: UploadJob, _ source: PartSource) async throws -> ObjectPutResult {
        var request = try request("PutObject", .put, key: job.key)
        request.headers = job.fields
        if let field = job.condition.field {
            request.headers.append(field)
            // A replay that nobody sees would turn success into "precondition failed".
            request.replay = .ifNothingSent
        }
        let length = source.length
        do {
            job.isDeciding.withLock { $0 = true }
            let (head, digests, isProved) = try await send(data: source, with: request)
            job.progress?.report(length)
            return ObjectPutResult(
                size: digests.length,
                etag: head.headerFields[.eTag].map(S3ETag.plain),
                proof: proof(isProved: isProved)
            )
        } catch let error as S3Error where error.mayHaveHappened {
            if let mark = job.mark, let found = try await look(job, afterLosing: error),
                found.info.metadata[S3PutOptions.markName] == mark, found.info.size == length
            {
                job.progress?.report(length)
                return ObjectPutResult(size: length, etag: found.info.etag, proof: proof(isProved: false))
            }
            throw error.withUnknownOutcome("PutObject")
        }
    }

    /// What is there after the answer to a write was lost; nil when nothing is.
    /// - Throws: ``S3Error`` with ``S3Error/Code/outcomeUnknown`` when that cannot be found out.
    func look(_ job: UploadJob, afterLosing error: S3Error) async throws -> S3ObjectHead? {
        do {
            return try await headObject(job.key, headers: job.accessHeaders)
        } catch let failure as S3Error {
            if failure.code == .noSuchKey { return nil }
            var unknown = error
            unknown.code = .outcomeUnknown
            unknown.message =
                "The answer was lost, and the object cannot be looked at (\(failure.message)), so it may or may not be "
                + "stored. Look before doing it again. The last error: \(error.message)"
            unknown.isRetryable = false
            unknown.underlyingError = failure
            throw unknown
        }
    }

    /// How far an upload is proved.
    func proof(isProved: Bool) -> ObjectPutResult.Proof {
        if isProved { return .contentHash }
        let isCovered = provider.signsPayload || provider.bodyChecksum != .none
        return provider.checksBodies && isCovered ? .acceptedChecksum : .none
    }
}

extension S3Error {
    /// The same error, but for one that leaves open whether the store did it.
    func withUnknownOutcome(_ operation: String) -> S3Error {
        // A definite answer to the last attempt settles it, but for a condition that an earlier attempt may have met.
        let isLost = [.timedOut, .connectionLost, .outcomeUnknown, .unreachable].contains(code) && httpStatus == nil
        guard mayHaveHappened, isLost else { return self }
        var error = self
        error.code = .outcomeUnknown
        error.message =
            "The answer to \(operation) was lost, so the object may or may not be stored. "
            + "Look before doing it again. The last error: \(message)"
        error.isRetryable = false
        error.underlyingError = underlyingError ?? self
        return error
    }
}
