/// The fields of a header, found by name from the last to the first, as DKIM counts them (RFC 6376, section 5.4.2).
package struct DKIMHeaderFields {
    private let bytes: [UInt8]
    private var ranges: [String: [Range<Int>]] = [:]
    /// The names in lower case, in their order, each once.
    package private(set) var names: [String] = []

    /// Reads a header of whole fields, folded or not.
    package init(_ header: [UInt8]) {
        bytes = header
        var start = 0
        while start < bytes.count, let end = Self.end(of: start, bytes) {
            if let colon = bytes[start..<end].firstIndex(of: 0x3A) {
                let name = String(decoding: bytes[start..<colon], as: UTF8.self).trimmingASCIIWhitespace()
                    .lowercasedASCII()
                if ranges[name] == nil { names.append(name) }
                ranges[name, default: []].append(start..<end)
            }
            start = end
        }
    }

    /// Behind the CRLF that no white space follows.
    private static func end(of start: Int, _ bytes: [UInt8]) -> Int? {
        var index = start
        while index < bytes.count {
            if bytes[index] == 0x0A, index + 1 == bytes.count || !(bytes[index + 1] == 0x20 || bytes[index + 1] == 0x09)
            {
                return index + 1
            }
            index += 1
        }
        return bytes.count > start ? bytes.count : nil
    }

    /// How many fields have this name.
    package func count(of name: String) -> Int { ranges[name]?.count ?? 0 }

    /// What is signed for a list of names: for each the last field not taken yet, nothing where none is left.
    package func signedBytes(_ names: [String], _ canonicalization: DKIMCanonicalization) -> [UInt8] {
        var taken: [String: Int] = [:]
        var result: [UInt8] = []
        for name in names {
            let key = name.lowercasedASCII()
            let skipped = taken[key, default: 0]
            guard let fields = ranges[key], skipped < fields.count else { continue }
            taken[key] = skipped + 1
            result += canonicalization.header(bytes[fields[fields.count - 1 - skipped]])
        }
        return result
    }
}
