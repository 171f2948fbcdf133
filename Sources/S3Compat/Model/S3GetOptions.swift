public import FoundationEssentials

/// What of an object is read, and on which conditions.
public struct S3GetOptions: Sendable, Hashable {
    /// The bytes wanted, cut to the object's end; nil means all.
    public var range: Range<Int64>?
    /// Read only the content with this ETag, else ``S3Error/Code/preconditionFailed``.
    public var ifMatch: String?
    /// Read only if the content has another ETag, else ``S3Error/Code/notModified``.
    public var ifNoneMatch: String?
    /// Read only if it was stored after this, else ``S3Error/Code/notModified``.
    public var ifModifiedSince: Date?
    /// Read only if it was not stored after this, else ``S3Error/Code/preconditionFailed``.
    public var ifUnmodifiedSince: Date?
    /// Further header fields, signed with the rest.
    public var headers: [String: String] = [:]

    /// Reads everything.
    public init() {}

    /// Takes over the options of `ObjectStore`.
    public init(_ options: ObjectGetOptions) {
        range = options.range
        ifMatch = options.ifMatch
    }

    func fields() -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = headers.map { ($0.key.lowercasedASCII(), $0.value) }
        if let range { fields.append(("range", S3GetOptions.text(range))) }
        if let ifMatch { fields.append(("if-match", S3ETag.quoted(ifMatch))) }
        if let ifNoneMatch { fields.append(("if-none-match", S3ETag.quoted(ifNoneMatch))) }
        if let ifModifiedSince { fields.append(("if-modified-since", UTCDateTime(ifModifiedSince).httpDate)) }
        if let ifUnmodifiedSince { fields.append(("if-unmodified-since", UTCDateTime(ifUnmodifiedSince).httpDate)) }
        return fields
    }

    /// Source: RFC 9110, section 14.1.2; its ends are inclusive.
    static func text(_ range: Range<Int64>) -> String {
        range.upperBound == .max ? "bytes=\(range.lowerBound)-" : "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
    }
}

/// An object opened for reading.
public struct S3Object: Sendable {
    /// All that is known of it; `info.size` is that of the object, not of the range.
    public var head: S3ObjectHead
    /// The bytes delivered, within the object.
    public var range: Range<Int64>
    /// The bytes, to be read once.
    public var content: ObjectContent
}

/// `Content-Range: bytes 0-9/100` (RFC 9110, section 14.4).
struct ContentRange: Sendable, Hashable {
    var range: Range<Int64>?
    var size: Int64

    init?(_ text: String?) {
        guard let text, text.hasPrefix("bytes ") else { return nil }
        let words = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard words.count == 2, let size = Int64(words[1]), size >= 0 else { return nil }
        self.size = size
        if words[0] == "*" { return }
        let ends = words[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Int64(ends[0]), let last = Int64(ends[1]), first >= 0, first <= last,
            last < size
        else { return nil }
        range = first..<(last + 1)
    }
}
