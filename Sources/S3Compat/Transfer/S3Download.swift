import Glibc
import HTTPTypes

/// How an object is downloaded.
public struct S3DownloadOptions: Sendable, Hashable {
    /// Download only the content with this ETag, else ``S3Error/Code/preconditionFailed``.
    public var ifMatch: String?
    /// Further header fields of every request, signed with the rest, such as the key of an encrypted object.
    public var headers: [String: String] = [:]
    /// Called as bytes arrive, with the sum so far.
    public var progress: ObjectProgress?

    /// Makes the default options.
    public init() {}
}

extension S3Bucket {
    /// Downloads an object into a file, in ranges, several at a time, all pinned to the ETag of the first.
    ///
    /// The bytes go into a temporary file beside it, which replaces `path` when all are there: a failed or cancelled
    /// download leaves `path` as it was. The file is readable and writable by its owner only. A symbolic link goes on to
    /// lead to its file, which is the one that is replaced; what is no regular file, such as a device, is refused.
    /// - Throws: ``S3Error``, `SystemCallError` for the file, or `CancellationError`.
    @discardableResult
    public func download(
        _ key: String,
        toFile path: String,
        options: S3DownloadOptions = S3DownloadOptions()
    ) async throws -> ObjectInfo {
        let path = try replaceable(path, for: key)
        let partial = "\(path).\(Hex.encode(SystemRandom().bytes(6))).part"
        let file = try OpenFile(partial, flags: O_RDWR | O_CREAT | O_EXCL)
        do {
            let info = try await bounded("GetObject", key) { try await fill(file, with: key, options: options) }
            try file.synchronize()
            guard unsafe rename(partial, path) == 0 else { throw SystemCallError.last("rename", path: path) }
            return info
        } catch {
            unsafe unlink(partial)
            throw error
        }
    }

    /// The file that a download to `path` may replace: the one that a link leads to.
    private func replaceable(_ path: String, for key: String) throws -> String {
        var status = stat()
        guard !path.utf8.contains(0), unsafe stat(path, &status) == 0 else { return path }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw S3Error(
                .localFailure,
                "\(path) is no regular file, and a download replaces the file that it writes. Name another file, or write "
                    + "the content of getObject to this one.",
                operation: "GetObject",
                resource: resource(key)
            )
        }
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
        guard let real = unsafe realpath(path, nil) else { throw SystemCallError.last("realpath", path: path) }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    private func bounded<Result: Sendable>(
        _ operation: String,
        _ key: String,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        guard let limit = client.configuration.transfer.totalTimeout else { return try await body() }
        let time = client.time
        do {
            return try await withDeadline(time.monotonic.advanced(by: limit), time: time, body)
        } catch is DeadlineExceeded {
            throw S3Error(
                .timedOut,
                "The transfer did not end within \(limit) (S3TransferOptions.totalTimeout).",
                operation: operation,
                resource: resource(key),
                isRetryable: true
            )
        }
    }

    private func fill(_ file: OpenFile, with key: String, options: S3DownloadOptions) async throws -> ObjectInfo {
        let transfer = client.configuration.transfer
        let counter = Locked<Int64>(0)
        let first: S3ObjectHead
        do {
            // No HEAD: the first range tells size and ETag.
            first = try await fetch(
                key,
                0..<transfer.downloadRangeSize,
                into: file,
                etag: options.ifMatch,
                headers: options.headers
            )
        } catch let error as S3Error where error.code == .invalidRange {
            let head = try await headObject(key, headers: options.headers)
            guard head.info.size == 0 else { throw error }
            return head.visible
        }
        let size = first.info.size
        let report: @Sendable (Int64) -> Void = { bytes in
            counter.withLock { sum in
                sum += bytes
                options.progress?.report(sum)
            }
        }
        report(min(size, transfer.downloadRangeSize))
        guard size > transfer.downloadRangeSize else { return first.visible }
        guard let etag = first.info.etag else {
            throw unexpected("GetObject", key: key, "The store gives no ETag, so ranges cannot be held to one content.")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            var inFlight = 0
            var position = transfer.downloadRangeSize
            while position < size {
                let range = position..<min(size, position + transfer.downloadRangeSize)
                position = range.upperBound
                if inFlight == transfer.window {
                    try await group.next()
                    inFlight -= 1
                }
                inFlight += 1
                group.addTask {
                    let head = try await fetch(key, range, into: file, etag: etag, headers: options.headers)
                    guard head.info.size == size, head.info.etag == etag else { throw changed(key) }
                    report(range.upperBound - range.lowerBound)
                }
            }
            try await group.waitForAll()
        }
        return first.visible
    }

    private func changed(_ key: String) -> S3Error {
        S3Error(
            .preconditionFailed,
            "The object was replaced while it was being read. Read it again from its start.",
            operation: "GetObject",
            resource: resource(key)
        )
    }

    /// Fetches one range into a file; an attempt goes on where the one before stopped.
    private func fetch(
        _ key: String,
        _ range: Range<Int64>,
        into file: OpenFile,
        etag: String?,
        headers: [String: String]
    ) async throws -> S3ObjectHead {
        let progress = Locked<FetchProgress>(FetchProgress(rest: range))
        let client = client
        let template = try request("GetObject", .get, key: key)
        let object = try await client.perform {
            let (rest, head) = progress.withLock { ($0.rest, $0.head) }
            var options = S3GetOptions()
            options.headers = headers
            options.range = rest
            options.ifMatch = head?.info.etag ?? etag
            var request = template
            request.headers = options.fields()
            request.isBulk = true
            return request
        } _: { prepared, request in
            let (rest, known) = progress.withLock { ($0.rest, $0.head) }
            let sink = RangeSink(file: file, range: rest) { head in
                guard head.status.kind == .successful else { return nil }
                let (size, range) = try extent(of: head, key: key, wanted: rest)
                progress.withLock { progress in
                    progress.head = progress.head ?? S3ObjectHead(key: key, head: head, size: size)
                    progress.isSizeOpen = progress.isSizeOpen || leavesSizeOpen(head, wanted: rest)
                }
                return range
            }
            defer { progress.withLock { $0.rest = sink.remaining } }
            let answer: HTTPSinkResponse
            do {
                answer = try await client.configuration.transport.send(
                    prepared.request,
                    body: nil,
                    options: prepared.options,
                    into: sink
                )
            } catch {
                if sink.remaining.isEmpty, let head = progress.withLock({ $0.head }) { return head }
                throw error
            }
            if let body = answer.refusedBody {
                throw S3Error(
                    response: answer.head,
                    body: body,
                    operation: request.operation,
                    resource: request.resource(provider: provider)
                )
            }
            guard sink.remaining.isEmpty, let head = known ?? progress.withLock({ $0.head }) else {
                throw S3Error(.connectionLost, "The store sent less than it announced.", isRetryable: true)
            }
            return head
        }
        if progress.withLock({ $0.isSizeOpen }) { try await confirmSize(of: object, headers: headers) }
        return object
    }

    /// How far the fetching of a range came.
    private struct FetchProgress {
        var rest: Range<Int64>
        var head: S3ObjectHead?
        var isSizeOpen = false
    }
}
