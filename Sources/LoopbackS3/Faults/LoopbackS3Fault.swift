/// Something that goes wrong on purpose.
public struct LoopbackS3Fault: Sendable, Hashable {
    enum Base: Sendable, Hashable {
        case error(status: Int, code: String, message: String, retryAfter: Int?)
        case errorInSuccess(code: String, message: String)
        case delay(Duration)
        case hang
        case closeBeforeWork
        case closeAfterWork
        case closeDuringRequestBody(afterBytes: Int)
        case resetResponse(afterBytes: Int)
        case truncateResponse(afterBytes: Int)
        case corruptResponse(offset: Int)
        case wrongETag
        case wrongChecksum
    }

    let base: Base

    /// Answers with an error instead of doing the work. The body of the request is read first.
    /// - Parameters:
    ///   - status: the HTTP status, such as 500.
    ///   - code: the S3 code, such as `InternalError`.
    ///   - message: the words beside the code.
    ///   - retryAfter: seconds for a `Retry-After` header.
    public static func error(
        status: Int,
        code: String,
        message: String = "Injected.",
        retryAfter: Int? = nil
    ) -> Self {
        Self(base: .error(status: status, code: code, message: message, retryAfter: retryAfter))
    }

    /// `503 SlowDown` instead of doing the work.
    public static let slowDown = error(status: 503, code: "SlowDown", message: "Please reduce your request rate.")

    /// `500 InternalError` instead of doing the work.
    public static let internalError = error(
        status: 500,
        code: "InternalError",
        message: "We encountered an internal error. Please try again."
    )

    /// Status 200 with an error document as its body, and the work is not done: how S3 fails a copy or the completion
    /// of an upload that it had begun to answer.
    public static func errorInsideSuccess(
        code: String = "InternalError",
        message: String = "We encountered an internal error. Please try again."
    ) -> Self {
        Self(base: .errorInSuccess(code: code, message: message))
    }

    /// Does the work and answers so much later.
    public static func delay(_ duration: Duration) -> Self { Self(base: .delay(duration)) }

    /// Reads the request and never answers; the connection stays open until the client gives up.
    public static let hang = Self(base: .hang)

    /// Reads the request, does nothing and closes the connection without an answer.
    public static let closeBeforeWork = Self(base: .closeBeforeWork)

    /// Reads the request, does the work and closes the connection without an answer: the answer is lost.
    public static let closeAfterWork = Self(base: .closeAfterWork)

    /// Closes the connection while the client still sends, when at least so many bytes of the body came.
    public static func closeDuringRequestBody(afterBytes count: Int) -> Self {
        Self(base: .closeDuringRequestBody(afterBytes: count))
    }

    /// Resets the connection after so many bytes of the answer's body.
    public static func resetResponse(afterBytes count: Int) -> Self { Self(base: .resetResponse(afterBytes: count)) }

    /// Closes the connection in order after so many bytes of the answer's body, although more were announced.
    public static func truncateResponse(afterBytes count: Int) -> Self {
        Self(base: .truncateResponse(afterBytes: count))
    }

    /// Flips a bit of the answer's body at an offset.
    public static func corruptResponse(atOffset offset: Int = 0) -> Self {
        Self(base: .corruptResponse(offset: offset))
    }

    /// Does the work and answers with another ETag than the object's.
    public static let wrongETag = Self(base: .wrongETag)

    /// Does the work and answers with other checksums than the object's.
    public static let wrongChecksum = Self(base: .wrongChecksum)
}

/// Which requests a fault is for. Whatever is nil fits every request.
public struct LoopbackS3FaultFilter: Sendable, Hashable {
    /// The operation.
    public var operation: LoopbackS3Operation?
    /// The bucket's name.
    public var bucket: String?
    /// The object's key.
    public var key: String?
    /// The number of the part.
    public var partNumber: Int?

    /// Makes a filter; without arguments it fits every request.
    public init(
        _ operation: LoopbackS3Operation? = nil,
        bucket: String? = nil,
        key: String? = nil,
        partNumber: Int? = nil
    ) {
        self.operation = operation
        self.bucket = bucket
        self.key = key
        self.partNumber = partNumber
    }

    func fits(_ call: S3Call) -> Bool {
        (operation ?? call.operation) == call.operation
            && (bucket == nil || bucket == call.bucket)
            && (key.map(ObjectKey.init) ?? call.key) == call.key
            && (partNumber == nil || partNumber == call.query["partNumber"].flatMap { Int($0) })
    }
}

/// The faults that wait for their requests.
struct FaultPlan: Sendable {
    struct Entry: Sendable {
        let fault: LoopbackS3Fault
        let filter: LoopbackS3FaultFilter
        var skipping: Int
        var remaining: Int?
    }

    private var entries: [Entry] = []

    mutating func add(_ entry: Entry) { entries.append(entry) }

    mutating func removeAll() { entries = [] }

    var pendingCount: Int { entries.count }

    /// The first fault whose turn it is. Every entry that fits counts the request.
    mutating func next(for call: S3Call) -> LoopbackS3Fault? {
        var chosen: LoopbackS3Fault?
        for index in entries.indices where entries[index].filter.fits(call) {
            if entries[index].skipping > 0 {
                entries[index].skipping -= 1
            } else if chosen == nil {
                chosen = entries[index].fault
                entries[index].remaining = entries[index].remaining.map { $0 - 1 }
            }
        }
        entries.removeAll { $0.remaining.map { $0 <= 0 } ?? false }
        return chosen
    }
}
