import FoundationEssentials
import GroundworkCore
import HTTPTypes

/// All that the server holds. It is touched under one lock only, so each step on it is atomic.
struct S3State: Sendable {
    var buckets: [String: StoredBucket] = [:]

    func bucket(_ name: String) throws(S3Failure) -> StoredBucket {
        guard let bucket = buckets[name] else { throw .noSuchBucket(name) }
        return bucket
    }

    func object(_ key: ObjectKey, in name: String) throws(S3Failure) -> StoredObject {
        guard let object = try bucket(name)[key] else { throw .noSuchKey(key) }
        return object
    }

    func upload(_ id: String, _ key: ObjectKey, in name: String) throws(S3Failure) -> StoredUpload {
        guard let upload = try bucket(name).uploads[id], upload.key == key else { throw .noSuchUpload(id) }
        return upload
    }

    /// Stores an object if the condition holds.
    mutating func store(_ object: StoredObject, in name: String, _ condition: WriteCondition) throws(S3Failure) {
        try condition.check(try bucket(name)[object.key], object.key)
        buckets[name]?[object.key] = object
    }
}

/// The condition of a write (S3 User Guide, "Conditional requests").
enum WriteCondition: Sendable {
    case none
    case absent
    case matches(String)

    init(_ headers: HTTPFields) throws(S3Failure) {
        if let value = headers["if-none-match"] {
            guard value.trimmingASCIIWhitespace() == "*" else { throw .notImplemented("If-None-Match") }
            self = .absent
        } else if let value = headers["if-match"] {
            self = .matches(unquoted(value))
        } else {
            self = .none
        }
    }

    var isNone: Bool { if case .none = self { true } else { false } }

    func check(_ present: StoredObject?, _ key: ObjectKey) throws(S3Failure) {
        switch self {
        case .none: return
        case .absent: if present != nil { throw .preconditionFailed("If-None-Match") }
        case .matches(let tag):
            guard let present else { throw .noSuchKey(key) }
            if tag != "*", tag != present.etag { throw .preconditionFailed("If-Match") }
        }
    }
}
