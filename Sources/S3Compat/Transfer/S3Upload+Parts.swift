import FoundationEssentials
import GroundworkCrypto
import HTTPTypes
import Logging

extension S3Bucket {
    /// Sends a body in parts, a window of them at a time.
    func putInParts(
        _ job: UploadJob,
        feed: PartFeed,
        plan: PartPlan
    ) async throws -> ObjectPutResult {
        if job.condition != .none { try await requireConditionalComplete() }
        var job = job
        // The ETag is no mark where it says nothing of the content.
        if provider.multipartETag != .md5 { job.addMark() }
        let upload = try await begin(job)
        do {
            try Task.checkCancellation()
            let sent = try await sendParts(upload, job: job, feed: feed, plan: plan)
            job.isDeciding.withLock { $0 = true }
            return try await complete(upload, sent, job: job, plan: plan)
        } catch {
            if let error = error as? S3Error, error.code == .outcomeUnknown { throw error }
            await abandon(upload)
            throw error
        }
    }

    /// Begins the upload. A task that is cancelled meanwhile waits for the answer for a while: without the upload's name
    /// nobody could abort it.
    private func begin(_ job: UploadJob) async throws -> S3MultipartUpload {
        try Task.checkCancellation()
        let task = Task { try await createMultipartUpload(job.key, fields: job.fields) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            Task {
                try? await Task.sleep(for: .seconds(5))
                task.cancel()
            }
        }
    }

    /// What happened while parts were sent.
    private enum Event: Sendable {
        case produced(PartSource?)
        case sent(SentPart, PartSource)
    }

    /// Sends parts while the next one is awaited from the source; that one counts in the window, for its memory. Whatever
    /// fails ends the rest at once, the waiting on the source too.
    private func sendParts(
        _ upload: S3MultipartUpload,
        job: UploadJob,
        feed: PartFeed,
        plan: PartPlan
    ) async throws -> [SentPart] {
        let window = client.configuration.transfer.window
        let source = PartQueue(feed)
        let fields = try S3RequestOptions(headers: job.accessHeaders).fields()
        return try await withThrowingTaskGroup(of: Event.self) { group in
            var sent: [SentPart] = []
            var done: Int64 = 0
            var number = 0
            var next: PartSource?
            var isProducing = false
            var isAtEnd = false
            while true {
                if let part = next {
                    next = nil
                    number += 1
                    guard number <= plan.maximumCount else { throw plan.tooManyParts(key: job.key) }
                    let index = number
                    group.addTask {
                        .sent(try await send(part: part, number: index, of: upload, fields: fields), part)
                    }
                }
                if !isProducing, !isAtEnd, number - sent.count < window {
                    isProducing = true
                    group.addTask { .produced(try await source.next()) }
                }
                guard let event = try await group.next() else { break }
                switch event {
                case .produced(let part):
                    isProducing = false
                    isAtEnd = part == nil
                    next = part
                case .sent(let part, let bytes):
                    source.buffers.giveBack(bytes)
                    sent.append(part)
                    done += part.part.size
                    job.progress?.report(done)
                }
            }
            return sent.sorted { $0.part.number < $1.part.number }
        }
    }

    /// Completes an upload and finds out what became of it where the answer is lost.
    private func complete(
        _ upload: S3MultipartUpload,
        _ sent: [SentPart],
        job: UploadJob,
        plan: PartPlan
    ) async throws -> ObjectPutResult {
        let size = sent.reduce(Int64(0)) { $0 + $1.part.size }
        let expected = try S3ETag.multipart(sent.map(\.part.etag))
        var etag: String?
        do {
            etag = try await completeMultipartUpload(upload, parts: sent.map(\.part), condition: job.condition)
        } catch let error as S3Error where error.mayHaveHappened {
            guard let found = try await look(job, afterLosing: error),
                isResult(found, job: job, size: size, expected: expected)
            else { throw unresolved(error, conditional: job.condition != .none) }
            etag = found.info.etag
        }
        let isProved = sent.allSatisfy(\.isProved)
        if let etag, let expected, isProved, provider.multipartETag == .md5, etag != expected {
            throw S3Error(
                .corrupted,
                "The store's ETag \(etag) is not the one that the parts have together, \(expected).",
                operation: "CompleteMultipartUpload",
                resource: resource(job.key)
            )
        }
        let head: S3ObjectHead
        do {
            head = try await headAfterCompletion(job)
        } catch let error as S3Error
            where (error.underlyingError as? S3Error)?.code == .accessDenied && etag != nil && etag == expected
        {
            // These credentials may only write; the ETag tells that the object is made of these parts.
            return ObjectPutResult(
                size: size,
                etag: etag,
                proof: proof(isProved: isProved),
                partLength: plan.partSize
            )
        }
        if let etag, let other = head.info.etag, other != etag {
            // Somebody has replaced it since, and ours cannot be looked at any more.
            return ObjectPutResult(size: size, etag: etag, proof: .none, partLength: plan.partSize)
        }
        guard head.info.size == size else {
            throw S3Error(
                .corrupted,
                "The store holds \(head.info.size) bytes, but \(size) were sent.",
                operation: "CompleteMultipartUpload",
                resource: resource(job.key)
            )
        }
        return ObjectPutResult(
            size: size,
            etag: etag ?? head.info.etag,
            proof: proof(isProved: isProved),
            partLength: plan.partSize
        )
    }

    private func headAfterCompletion(_ job: UploadJob) async throws -> S3ObjectHead {
        do { return try await headObject(job.key, headers: job.accessHeaders) } catch let error as S3Error {
            throw S3Error(
                .outcomeUnknown,
                "The upload was completed, but the object cannot be looked at: \(error.message)",
                operation: "HeadObject",
                resource: resource(job.key),
                underlyingError: error
            )
        }
    }

    /// Whether an object is the one that an upload made.
    private func isResult(_ found: S3ObjectHead, job: UploadJob, size: Int64, expected: String?) -> Bool {
        guard found.info.size == size else { return false }
        if let mark = job.mark { return found.info.metadata[S3PutOptions.markName] == mark }
        return expected != nil && found.info.etag == expected
    }

    private func unresolved(_ error: S3Error, conditional: Bool) -> S3Error {
        if conditional, error.code == .preconditionFailed { return error }
        let isDefinite = error.httpStatus.map { (400..<500).contains($0) } ?? false
        if isDefinite, error.code != .noSuchUpload { return error }
        var unknown = error
        unknown.code = .outcomeUnknown
        unknown.message =
            "The answer to the completion was lost, and the object that is there now is not recognisable as "
            + "this upload's. Look before doing it again. The last error: \(error.message)"
        unknown.isRetryable = false
        unknown.underlyingError = error
        return unknown
    }

    /// Aborts an upload, also when the task is cancelled, and gives up after a while.
    func abandon(_ upload: S3MultipartUpload) async {
        let time = SystemTime()
        // A task of its own is not cancelled with this one.
        let task = Task {
            try await withDeadline(time.monotonic.advanced(by: .seconds(15)), time: time) {
                try await abortMultipartUpload(upload)
            }
        }
        if case .failure(let error) = await task.result {
            client.configuration.logger?.warning(
                "An upload could not be aborted; its parts stay until the bucket's rules remove them.",
                metadata: ["s3.resource": "\(resource(upload.key))", "s3.error": "\(error)"]
            )
        }
    }
}
