import FoundationEssentials
import GroundworkCore
import HTTPTypes

/// The conditions of a read, in the order of RFC 9110, section 13.2.2.
struct ReadCondition: Sendable {
    private let ifMatch: String?
    private let ifNoneMatch: String?
    private let ifModifiedSince: Int?
    private let ifUnmodifiedSince: Int?

    /// - Parameter prefix: `x-amz-copy-source-` for the source of a copy.
    init(_ headers: HTTPFields, prefix: String = "") {
        ifMatch = headers["\(prefix)if-match"]
        ifNoneMatch = headers["\(prefix)if-none-match"]
        func seconds(_ name: String) -> Int? {
            headers["\(prefix)\(name)"].flatMap { UTCDateTime(httpDate: $0) }?.secondsSince1970
        }
        ifModifiedSince = seconds("if-modified-since")
        ifUnmodifiedSince = seconds("if-unmodified-since")
    }

    /// - Parameter isCopy: a copy answers 412 where a read answers 304.
    func check(_ object: StoredObject, isCopy: Bool = false) throws(S3Failure) {
        let modified = Int(object.modified.timeIntervalSince1970)
        if let ifMatch {
            guard Self.matches(ifMatch, object.etag) else { throw .preconditionFailed("If-Match") }
        } else if let ifUnmodifiedSince, modified > ifUnmodifiedSince {
            throw .preconditionFailed("If-Unmodified-Since")
        }
        var isUnmodified = false
        if let ifNoneMatch {
            isUnmodified = Self.matches(ifNoneMatch, object.etag)
        } else if let ifModifiedSince {
            isUnmodified = modified <= ifModifiedSince
        }
        guard isUnmodified else { return }
        if isCopy { throw .preconditionFailed("If-None-Match") }
        var failure = S3Failure(304, "NotModified", "Not Modified")
        failure.headers = [("ETag", "\"\(object.etag)\""), ("Last-Modified", UTCDateTime(object.modified).httpDate)]
        failure.hasBody = false
        throw failure
    }

    private static func matches(_ list: String, _ etag: String) -> Bool {
        list.split(separator: ",").map { unquoted($0) }.contains { $0 == "*" || $0 == etag }
    }
}

/// `bytes=…` of RFC 9110, section 14.1.2, with one range; anything else is ignored, as S3 does.
struct ByteRange: Sendable {
    private let first: Int64?
    private let last: Int64?
    private let text: String

    init?(_ header: String?) {
        guard let header, header.hasPrefix("bytes=") else { return nil }
        let parts = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        first = Int64(parts[0].trimmingASCIIWhitespace())
        last = Int64(parts[1].trimmingASCIIWhitespace())
        text = header
        guard first != nil || parts[0].isEmpty, last != nil || parts[1].isEmpty, first != nil || last != nil else {
            return nil
        }
        if let first, let last, last < first { return nil }
    }

    func resolve(_ size: Int64) throws(S3Failure) -> Range<Int64> {
        let range: Range<Int64>
        if let first {
            range = first < size ? first..<min(size, (last ?? size - 1) + 1) : 0..<0
        } else {
            range = max(0, size - (last ?? 0))..<size
        }
        guard !range.isEmpty else {
            throw S3Failure(
                416,
                "InvalidRange",
                "The requested range is not satisfiable",
                [("RangeRequested", text), ("ActualObjectSize", "\(size)")]
            )
        }
        return range
    }
}
