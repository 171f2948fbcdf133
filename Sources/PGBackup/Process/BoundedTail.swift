import GroundworkCore

/// The last bytes of a text that may be without end: what a child wrote to its standard error.
struct BoundedTail: Sendable {
    /// How many bytes are kept.
    let limit: Int
    private var bytes: [UInt8] = []
    private var dropped = false

    init(limit: Int = 16 << 10) { self.limit = limit }

    mutating func append(_ more: [UInt8]) {
        bytes.append(contentsOf: more)
        guard bytes.count > limit else { return }
        bytes.removeFirst(bytes.count - limit)
        dropped = true
    }

    /// The text, whole lines only when something was dropped, without white space at its ends.
    var text: String {
        var kept = bytes[...]
        if dropped, let lineEnd = kept.firstIndex(of: 0x0A) { kept = kept[(lineEnd + 1)...] }
        return String(decoding: kept, as: UTF8.self).trimmingASCIIWhitespace()
    }
}
