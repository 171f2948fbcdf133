/// How an object is stored, with all that S3 keeps beside it.
public struct S3PutOptions: Sendable, Hashable {
    /// The media type, such as `application/json`.
    public var contentType: String?
    /// How caches treat the object (RFC 9111).
    public var cacheControl: String?
    /// How browsers save the object (RFC 6266).
    public var contentDisposition: String?
    /// How the bytes are encoded, such as `gzip`.
    public var contentEncoding: String?
    /// The language of the content.
    public var contentLanguage: String?
    /// The storage class; nil means the bucket's own.
    public var storageClass: S3StorageClass?
    /// Free names and values in ASCII; names are sent in lower case.
    public var metadata: [String: String] = [:]
    /// A condition on what is there before.
    public var condition: ObjectPutOptions.Condition = .none
    /// Further header fields, signed with the rest: encryption, tags, locks.
    public var headers: [String: String] = [:]
    /// Called as the bytes are stored, with the sum so far.
    public var progress: ObjectProgress?

    /// Makes the default options.
    public init() {}

    /// Takes over the options of `ObjectStore`.
    public init(_ options: ObjectPutOptions) {
        contentType = options.contentType
        metadata = options.metadata
        condition = options.condition
        progress = options.progress
    }
}

/// A storage class. The set is open.
public struct S3StorageClass: Sendable, Hashable, CustomStringConvertible {
    /// The class's name as it is sent.
    public let rawValue: String

    /// Any class.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// The default of most stores.
    public static let standard = S3StorageClass("STANDARD")
    /// AWS: rarely read.
    public static let standardInfrequentAccess = S3StorageClass("STANDARD_IA")
    /// AWS: moved by itself as it is read.
    public static let intelligentTiering = S3StorageClass("INTELLIGENT_TIERING")
    /// AWS: archive that is read at once.
    public static let glacierInstantRetrieval = S3StorageClass("GLACIER_IR")

    /// The class's name.
    public var description: String { rawValue }
}

extension S3PutOptions {
    /// The metadata that marks conditional puts, and uploads in parts whose ETag is no digest, so that a lost answer can
    /// be told from a lost race.
    static let markName = "groundwork-put"

    /// The header fields, without the condition.
    /// - Throws: ``S3Error`` with ``S3Error/Code/invalidArgument`` that names the field.
    func fields() throws(S3Error) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        let plain = [
            ("content-type", contentType), ("cache-control", cacheControl),
            ("content-disposition", contentDisposition), ("content-encoding", contentEncoding),
            ("content-language", contentLanguage), ("x-amz-storage-class", storageClass?.rawValue),
        ]
        for case (let name, let value?) in plain { fields.append((name, value)) }
        var size = 0
        for (name, value) in metadata {
            fields.append(("x-amz-meta-\(name.lowercasedASCII())", value))
            size += name.utf8.count + value.utf8.count
        }
        for (name, value) in headers { fields.append((name.lowercasedASCII(), value)) }
        for (name, value) in fields { try S3PutOptions.check(name: name, value: value) }
        guard size <= 8192 else {
            throw .argument("The metadata has \(size) bytes; S3 allows 2048, and no known store more than 8192.")
        }
        fields.sort { $0.name < $1.name }
        return fields
    }

    static func check(name: String, value: String) throws(S3Error) {
        guard HTTPField.Name(name) != nil else {
            throw .argument("\"\(S3Request.printable(name))\" is not a name that a header field can have.")
        }
        let isVisible = value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        guard isVisible, !value.hasPrefix(" "), !value.hasSuffix(" ") else {
            throw .argument(
                "The value of \(S3Request.printable(name)) holds signs other than visible ASCII, or a blank at an end; "
                    + "encode it, for example as base64."
            )
        }
    }
}

extension ObjectPutOptions.Condition {
    /// The header field that asks for it.
    var field: (name: String, value: String)? {
        switch base {
        case .none: nil
        case .absent: ("if-none-match", "*")
        case .matches(let etag): ("if-match", S3ETag.quoted(etag))
        }
    }
}
