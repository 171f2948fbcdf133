public import FoundationEssentials

/// What is known of an object.
public struct ObjectInfo: Sendable, Hashable {
    /// The object's key.
    public var key: String
    /// Its length in bytes.
    public var size: Int64
    /// The store's mark of this very content, without quotes; it changes when the content does.
    public var etag: String?
    /// When it was stored; whole seconds in most stores.
    public var lastModified: Date?
    /// The media type it was stored with. Listings do not tell it.
    public var contentType: String?
    /// The metadata it was stored with; names are lower case. Listings do not tell it.
    public var metadata: [String: String]

    /// Describes an object.
    public init(
        key: String,
        size: Int64,
        etag: String? = nil,
        lastModified: Date? = nil,
        contentType: String? = nil,
        metadata: [String: String] = [:]
    ) {
        self.key = key
        self.size = size
        self.etag = etag
        self.lastModified = lastModified
        self.contentType = contentType
        self.metadata = metadata
    }
}

/// How an object is stored.
public struct ObjectPutOptions: Sendable, Hashable {
    /// A condition on what is there before.
    public struct Condition: Sendable, Hashable {
        package enum Base: Sendable, Hashable { case none, absent, matches(String) }
        package let base: Base

        /// Replace whatever is there.
        public static let none = Condition(base: .none)
        /// Store only if nothing is there, else ``ObjectStoreError/Code/preconditionFailed``.
        public static let ifAbsent = Condition(base: .absent)
        /// Store only over the object with this ETag, else ``ObjectStoreError/Code/preconditionFailed``.
        public static func ifMatches(etag: String) -> Condition { Condition(base: .matches(etag)) }
    }

    /// The media type, such as `application/json`.
    public var contentType: String?
    /// Free names and values; names are ASCII and compared without case, values are ASCII.
    public var metadata: [String: String] = [:]
    /// A condition; a store that cannot keep it throws ``ObjectStoreError/Code/unsupported`` and stores nothing.
    public var condition: Condition = .none
    /// Called as the bytes are stored, with the sum so far.
    public var progress: ObjectProgress?

    /// Makes the default options.
    public init() {}
}

/// A function that is told how many bytes are done.
public struct ObjectProgress: Sendable, Hashable {
    private final class Box: Sendable {
        let report: @Sendable (Int64) -> Void
        init(_ report: @escaping @Sendable (Int64) -> Void) { self.report = report }
    }
    private let box: Box

    /// Wraps a function, called from any thread with sums that grow.
    public init(_ report: @escaping @Sendable (Int64) -> Void) { box = Box(report) }

    /// Reports the sum so far.
    public func report(_ bytes: Int64) { box.report(bytes) }

    /// The same function object.
    public static func == (lhs: ObjectProgress, rhs: ObjectProgress) -> Bool { lhs.box === rhs.box }

    /// By identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(box)) }
}

/// What became of a put.
public struct ObjectPutResult: Sendable, Hashable {
    /// How far the store proved that it holds the bytes that were sent.
    public struct Proof: Sendable, Hashable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The store's own hash of the content equals the hash of what was sent.
        public static let contentHash = Proof("contentHash")
        /// The store checked a signature or checksum that came with every byte.
        public static let acceptedChecksum = Proof("acceptedChecksum")
        /// Only the length is known to agree, or not even that: read the object back to be sure.
        public static let none = Proof("none")

        /// The proof's name.
        public var description: String { name }
    }

    /// How many bytes were stored.
    public var size: Int64
    /// The store's mark of the content, without quotes.
    public var etag: String?
    /// How far the content is proved.
    public var proof: Proof
    /// The length of the parts that it was sent in; nil when it went as a whole.
    public var partLength: Int64?

    /// Describes what was stored.
    public init(size: Int64, etag: String?, proof: Proof, partLength: Int64? = nil) {
        self.size = size
        self.etag = etag
        self.proof = proof
        self.partLength = partLength
    }
}

/// What of an object is read.
public struct ObjectGetOptions: Sendable, Hashable {
    /// The bytes wanted, cut to the object's end; nil means all. A range that begins at or behind the end is
    /// ``ObjectStoreError/Code/invalidRange``.
    public var range: Range<Int64>?
    /// Read only the content with this ETag, else ``ObjectStoreError/Code/preconditionFailed``.
    public var ifMatch: String?

    /// Reads everything.
    public init() {}
}

/// An object opened for reading.
public struct ObjectGetResult: Sendable {
    /// The whole object's properties: `size` is that of the object, not of the range.
    public var info: ObjectInfo
    /// The bytes delivered, within the object.
    public var range: Range<Int64>
    /// The bytes, to be read once.
    public var content: ObjectContent

    /// Pairs properties with content.
    public init(info: ObjectInfo, range: Range<Int64>, content: ObjectContent) {
        self.info = info
        self.range = range
        self.content = content
    }
}

/// A key that could not be deleted.
public struct ObjectDeleteFailure: Sendable {
    /// The key.
    public var key: String
    /// The reason.
    public var error: ObjectStoreError

    /// Pairs a key with a reason.
    public init(key: String, error: ObjectStoreError) {
        self.key = key
        self.error = error
    }
}

/// An upload in parts that was begun and not finished.
public struct AbandonedUpload: Sendable, Hashable {
    /// The key it was meant for.
    public var key: String
    /// The store's name for it.
    public var uploadID: String
    /// When it was begun.
    public var initiated: Date

    /// Describes an upload.
    public init(key: String, uploadID: String, initiated: Date) {
        self.key = key
        self.uploadID = uploadID
        self.initiated = initiated
    }
}
