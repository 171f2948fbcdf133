/// Reads the primitives of an archive from bytes that may end too early.
struct ArchiveCursor {
    /// Why reading stopped.
    enum Stop: Error {
        /// At least this many bytes are needed, counted as the cursor's bytes are.
        case needs(Int)
        case fault(ArchiveFault.Code, String)
    }

    /// The longest string that is accepted; 36 KB was the longest ever seen.
    static let stringLimit = 64 << 20

    let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    mutating func take(_ count: Int) throws(Stop) -> ArraySlice<UInt8> {
        guard bytes.count - position >= count else { throw .needs(position + count) }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func byte() throws(Stop) -> UInt8 {
        guard position < bytes.count else { throw .needs(position + 1) }
        defer { position += 1 }
        return bytes[position]
    }

    /// A sign byte and four bytes, least significant first.
    mutating func int() throws(Stop) -> Int {
        guard bytes.count - position >= 5 else { throw .needs(position + 5) }
        let sign = bytes[position]
        var magnitude = 0
        for index in 0..<4 { magnitude |= Int(bytes[position + 1 + index]) << (8 * index) }
        guard sign <= 1, magnitude <= Int(Int32.max) else {
            throw .fault(.malformed, "an integer is out of range")
        }
        position += 5
        return sign == 0 ? magnitude : -magnitude
    }

    /// Passes over a string, or gives its bytes; nil for null.
    mutating func string() throws(Stop) -> ArraySlice<UInt8>? {
        let length = try int()
        if length == -1 { return nil }
        guard length >= 0 else { throw .fault(.malformed, "a string has the length \(length)") }
        guard length <= Self.stringLimit else { throw .fault(.limitExceeded, "a string has \(length) bytes") }
        return try take(length)
    }

    mutating func text() throws(Stop) -> String? {
        try string().map { String(decoding: $0, as: UTF8.self) }
    }

    /// A text that must be there.
    mutating func requiredText(_ what: String) throws(Stop) -> String {
        guard let text = try text() else { throw .fault(.malformed, "\(what) is null") }
        return text
    }
}
