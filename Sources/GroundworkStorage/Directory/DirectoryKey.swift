/// A key that names one file below a directory, cut into its segments.
struct DirectoryKey: Sendable {
    /// The folder below the root that holds what is no object; no key may begin with it.
    static let reserved = ".groundwork"

    let text: String
    /// The folders on the way.
    let folders: [String]
    /// The file.
    let name: String

    /// Checks a key.
    /// - Throws: ``ObjectStoreError/Code/invalidKey`` that names the rule.
    init(_ text: String, store: String) throws(ObjectStoreError) {
        func refuse(_ rule: String) -> ObjectStoreError {
            ObjectStoreError(
                .invalidKey,
                "A directory cannot keep the key \(text.debugDescription): \(rule).",
                key: text,
                store: store
            )
        }
        if let rule = Self.brokenRule(text) { throw refuse(rule) }
        var segments = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let last = segments.popLast() else { throw refuse("it is empty") }
        self.text = text
        folders = segments
        name = last
    }

    /// The rule that a key breaks, in words; nil when it is good.
    static func brokenRule(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return "it is empty" }
        guard bytes.count <= 1024 else { return "it has \(bytes.count) bytes, and keys have at most 1,024" }
        guard !bytes.contains(0) else { return "it holds a NUL byte" }
        var isFirst = true
        for segment in bytes.split(separator: 0x2F, omittingEmptySubsequences: false) {
            switch Array(segment) {
            case []: return "it begins or ends with a slash, or has two in a row"
            case [0x2E], [0x2E, 0x2E]: return "`.` and `..` are no file names"
            default: break
            }
            guard segment.count <= 255 else {
                return "a segment has \(segment.count) bytes, and file names at most 255"
            }
            if isFirst, segment.elementsEqual(reserved.utf8) { return "`\(reserved)` is kept for the store itself" }
            isFirst = false
        }
        return nil
    }
}
