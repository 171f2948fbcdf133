/// An object's key as S3 sees it: bytes. Two texts that Unicode calls equal are different keys.
struct ObjectKey: Sendable, Hashable, Comparable {
    let bytes: [UInt8]

    /// The longest key, in bytes (S3 User Guide, "Object key naming").
    static let maximumLength = 1024

    init(_ bytes: [UInt8]) { self.bytes = bytes }
    init(_ text: String) { bytes = Array(text.utf8) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    func hasPrefix(_ prefix: [UInt8]) -> Bool { bytes.starts(with: prefix) }

    static func < (lhs: ObjectKey, rhs: ObjectKey) -> Bool { lhs.bytes.lexicographicallyPrecedes(rhs.bytes) }
}
