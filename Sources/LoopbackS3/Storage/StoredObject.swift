import FoundationEssentials
import GroundworkCore

/// A piece of an object: a part of an upload, or the whole.
struct StoredPart: Sendable {
    let blob: Blob
    let etag: String
    let md5: [UInt8]?
    let checksums: [ChecksumAlgorithm: [UInt8]]
    let modified: Date
}

/// What was said of an object when it was stored.
struct ObjectProperties: Sendable {
    var contentType: String?
    /// `Cache-Control`, `Content-Disposition`, `Content-Encoding`, `Content-Language`, `Expires`.
    var headers: [(name: String, value: String)] = []
    /// Names in lower case without `x-amz-meta-`.
    var metadata: [(name: String, value: String)] = []
    var storageClass: String?
}

/// An object.
struct StoredObject: Sendable {
    let key: ObjectKey
    let parts: [StoredPart]
    let etag: String
    let modified: Date
    var properties: ObjectProperties
    /// The checksum that the client chose, as it is shown: base64, with `-N` when it is one of checksums.
    var checksum: (algorithm: ChecksumAlgorithm, text: String, isComposite: Bool)?
    /// Whether it was put together from parts.
    let isMultipart: Bool

    var size: Int64 { parts.reduce(0) { $0 + $1.blob.length } }

    /// The bytes of one part within the object.
    func range(ofPart number: Int) -> Range<Int64>? {
        guard parts.indices.contains(number - 1) else { return nil }
        let start = parts[..<(number - 1)].reduce(Int64(0)) { $0 + $1.blob.length }
        return start..<(start + parts[number - 1].blob.length)
    }
}

/// An upload in parts.
struct StoredUpload: Sendable {
    let id: String
    let key: ObjectKey
    let initiated: Date
    let properties: ObjectProperties
    let checksumAlgorithm: ChecksumAlgorithm?
    let isFullObjectChecksum: Bool
    var parts: [Int: StoredPart] = [:]
}

/// A bucket.
struct StoredBucket: Sendable {
    let created: Date
    private(set) var objects: [ObjectKey: StoredObject] = [:]
    var uploads: [String: StoredUpload] = [:]
    /// The document of its lifecycle rules.
    var lifecycle: XMLElement?
    private var sorted: [ObjectKey]?

    init(created: Date) { self.created = created }

    subscript(key: ObjectKey) -> StoredObject? {
        get { objects[key] }
        set {
            if (objects[key] == nil) != (newValue == nil) { sorted = nil }
            objects[key] = newValue
        }
    }

    /// The keys in the order of their bytes.
    mutating func sortedKeys() -> [ObjectKey] {
        if let sorted { return sorted }
        let keys = objects.keys.sorted()
        sorted = keys
        return keys
    }
}
