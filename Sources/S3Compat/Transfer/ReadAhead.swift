import HTTPTypes

/// Reads an object in order while the next ranges are already under way.
final class ReadAhead: Sendable {
    private struct State {
        var queue: [Task<[[UInt8]], any Error>] = []
        var current: ArraySlice<[UInt8]> = []
        var position: Int64
        var isOver = false
    }

    private let bucket: S3Bucket
    private let key: String
    private let etag: String
    private let headers: [String: String]
    private let end: Int64
    private let state: Locked<State>

    init(_ bucket: S3Bucket, key: String, etag: String, headers: [String: String], rest: Range<Int64>) {
        self.bucket = bucket
        self.key = key
        self.etag = etag
        self.headers = headers
        end = rest.upperBound
        state = Locked(State(position: rest.lowerBound))
    }

    /// The next chunk; called by one task at a time.
    func next() async throws -> [UInt8]? {
        while true {
            let (chunk, task) = state.withLock { state -> ([UInt8]?, Task<[[UInt8]], any Error>?) in
                if let chunk = state.current.popFirst() { return (chunk, nil) }
                fill(&state)
                return (nil, state.queue.first)
            }
            if let chunk { return chunk }
            guard let task else { return nil }
            do {
                let chunks = try await withTaskCancellationHandler {
                    try await task.value
                } onCancel: {
                    task.cancel()
                }
                state.withLock { state in
                    state.current = chunks[...]
                    if !state.queue.isEmpty { state.queue.removeFirst() }
                }
            } catch {
                abandon()
                throw Task.isCancelled ? CancellationError() : error
            }
        }
    }

    /// Starts as many ranges as the window has room for.
    private func fill(_ state: inout State) {
        let transfer = bucket.client.configuration.transfer
        while !state.isOver, state.queue.count < transfer.window, state.position < end {
            let range = state.position..<min(end, state.position + transfer.partSize)
            state.position = range.upperBound
            let (bucket, key, etag, headers) = (bucket, key, etag, headers)
            state.queue.append(
                Task {
                    var options = S3GetOptions()
                    options.range = range
                    options.ifMatch = etag
                    options.headers = headers
                    let object = try await bucket.getObject(key, options: options)
                    guard object.range == range else {
                        throw bucket.unexpected(
                            "GetObject",
                            key: key,
                            "The store sent another range than the one asked for."
                        )
                    }
                    var chunks: [[UInt8]] = []
                    for try await chunk in object.content { chunks.append(chunk) }
                    return chunks
                }
            )
        }
    }

    /// Ends what is under way.
    func abandon() {
        let tasks = state.withLock { state in
            state.isOver = true
            state.current = []
            defer { state.queue = [] }
            return state.queue
        }
        for task in tasks { task.cancel() }
    }
}

extension S3Bucket {
    /// Opens an object for reading in order, with several ranges under way at once: for one reader who is faster than one
    /// connection. At most `window` ranges of `partSize` are in memory; all are pinned to the ETag of the first.
    /// - Throws: ``S3Error``; so does the content.
    public func getObjectInParallel(
        _ key: String,
        options: S3GetOptions = S3GetOptions()
    ) async throws -> S3Object {
        try check(range: options.range, key: key)
        let partSize = client.configuration.transfer.partSize
        var first = options
        let wanted = options.range ?? 0..<Int64.max
        let firstEnd = wanted.lowerBound > .max - partSize ? Int64.max : wanted.lowerBound + partSize
        first.range = wanted.clamped(to: 0..<firstEnd)
        let object: S3Object
        do { object = try await getObject(key, options: first) } catch let error as S3Error
            where error.code == .invalidRange && options.range == nil
        {
            // An empty object has no first byte.
            return try await getObject(key, options: options)
        }
        let whole = wanted.clamped(to: 0..<object.head.info.size)
        guard object.range.upperBound < whole.upperBound, let etag = object.head.info.etag else { return object }
        let rest = object.range.upperBound..<whole.upperBound
        let ahead = ReadAhead(self, key: key, etag: etag, headers: options.headers, rest: rest)
        let beginning = Locked<ObjectContent.AsyncIterator?>(object.content.makeAsyncIterator())
        let content = ObjectContent(
            next: {
                if var iterator = beginning.withLock({ $0 }) {
                    if let chunk = try await iterator.next() { return chunk }
                    beginning.withLock { $0 = nil }
                }
                return try await ahead.next()
            },
            abandon: {
                beginning.withLock { $0 = nil }
                ahead.abandon()
            }
        )
        return S3Object(head: object.head, range: whole, content: content)
    }
}
