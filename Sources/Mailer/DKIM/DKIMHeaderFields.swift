/// The fields of a header, found by name from the last to the first, as DKIM counts them (RFC 6376, section 5.4.2).
///
/// A header has few fields: they are searched, not hashed, which takes a fraction of the time.
package struct DKIMHeaderFields {
    private struct Field {
        var name: Range<Int>
        var whole: Range<Int>
    }

    private let bytes: [UInt8]
    private var fields: [Field] = []

    /// Reads a header of whole fields, folded or not.
    package init(_ header: [UInt8]) {
        bytes = header
        let span = header.span
        var start = 0
        while start < span.count {
            let end = Self.end(of: start, span)
            var colon = start
            while colon < end, span[colon] != 0x3A { colon += 1 }
            if colon < end {
                var nameEnd = colon
                while nameEnd > start, span[nameEnd - 1].isASCIIWhitespace { nameEnd -= 1 }
                fields.append(Field(name: start..<nameEnd, whole: start..<end))
            }
            start = end
        }
    }

    /// Behind the line end that no white space follows.
    private static func end(of start: Int, _ bytes: Span<UInt8>) -> Int {
        var index = start
        while index < bytes.count {
            if bytes[index] == 0x0A, index + 1 == bytes.count || !(bytes[index + 1] == 0x20 || bytes[index + 1] == 0x09)
            {
                return index + 1
            }
            index += 1
        }
        return bytes.count
    }

    /// How many fields have this name, in whatever case.
    package func count(of name: String) -> Int { fields.count { isName($0.name, name) } }

    /// What is signed for a list of names: for each the last field not taken yet, nothing where none is left.
    package func signedBytes(_ names: [String], _ canonicalization: DKIMCanonicalization) -> [UInt8] {
        var isTaken = [Bool](repeating: false, count: fields.count)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 1024)
        for name in names {
            guard let index = fields.indices.last(where: { !isTaken[$0] && isName(fields[$0].name, name) }) else {
                continue
            }
            isTaken[index] = true
            canonicalization.append(bytes.span.extracting(fields[index].whole), to: &result)
        }
        return result
    }

    private func isName(_ range: Range<Int>, _ name: String) -> Bool {
        guard range.count == name.utf8.count else { return false }
        var index = range.lowerBound
        for byte in name.utf8 {
            guard bytes[index].lowercasedASCII == byte.lowercasedASCII else { return false }
            index += 1
        }
        return true
    }
}

extension UInt8 {
    /// A capital letter made small; everything else stays.
    fileprivate var lowercasedASCII: UInt8 { (0x41...0x5A).contains(self) ? self + 0x20 : self }
}
