/// Reads addresses from the left to the right, once, without recursion (RFC 5322, section 3.4; RFC 6532).
///
/// An address alone is read strictly. In mailboxes and lists the obsolete forms are read as well (section 4.4: routes, white
/// space and comments around points, quotes around parts of a local part, empty members), and forgotten: what was read is
/// written in the form of today.
struct AddressScanner {
    /// How deep comments may nest.
    static let maximumCommentDepth = 32

    let bytes: [UInt8]
    var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }
    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    func fault(_ reason: String) -> AddressFault { AddressFault(reason, offset: position) }

    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    /// Passes over white space, folded white space and comments.
    mutating func skipSpaceAndComments() throws(AddressFault) {
        while let byte = current {
            switch byte {
            case 0x20, 0x09: position += 1
            case 0x0D: try skipFold()
            case 0x28: try skipComment()
            default: return
            }
        }
    }

    /// A line end inside a header is white space if more white space follows (RFC 5322, section 3.2.2).
    private mutating func skipFold() throws(AddressFault) {
        guard position + 2 < bytes.count, bytes[position + 1] == 0x0A,
            bytes[position + 2] == 0x20 || bytes[position + 2] == 0x09
        else { throw fault("it has a control character or a line end") }
        position += 3
    }

    private mutating func skipComment() throws(AddressFault) {
        var depth = 0
        while let byte = current {
            switch byte {
            case 0x28:
                depth += 1
                guard depth <= Self.maximumCommentDepth else { throw fault("its comments nest too deeply") }
                position += 1
            case 0x29:
                depth -= 1
                position += 1
                if depth == 0 { return }
            case 0x5C:
                position += 1
                guard let escaped = current, escaped >= 0x20 || escaped == 0x09, escaped != 0x7F else {
                    throw fault("a backslash in a comment escapes nothing")
                }
                position += 1
            case 0x0D: try skipFold()
            case 0x09, 0x20...0x7E, 0x80...0xFF: position += 1
            default: throw fault("it has a control character or a line end")
            }
        }
        throw fault("a comment is not closed")
    }

    /// An atom; empty when none is there.
    mutating func atom() -> ArraySlice<UInt8> {
        let start = position
        while let byte = current, byte.isAtomText { position += 1 }
        return bytes[start..<position]
    }

    /// The contents of a quoted string, from its first quote to behind its last.
    /// - Parameter isFolded: whether it stands in a header, where it may have tabs and folds (RFC 5322, section 3.2.4). The line
    ///   end of a fold is no part of the contents, the white space is.
    mutating func quotedString(isFolded: Bool = false) throws(AddressFault) -> [UInt8] {
        guard take(0x22) else { throw fault("a quote is missing") }
        var result: [UInt8] = []
        while let byte = current {
            switch byte {
            case 0x22:
                position += 1
                return result
            case 0x5C:
                position += 1
                guard let escaped = current, escaped >= 0x20 || (isFolded && escaped == 0x09), escaped < 0x7F else {
                    throw fault("a backslash in quotes escapes nothing")
                }
                result.append(escaped)
                position += 1
            case 0x0D where isFolded:
                let space = position + 2
                try skipFold()
                result.append(bytes[space])
            case 0x09 where isFolded:
                result.append(byte)
                position += 1
            case 0x20...0x7E, 0x80...0xFF:
                result.append(byte)
                position += 1
            default: throw fault("it has a control character or a line end")
            }
        }
        throw fault("a quoted text is not closed")
    }
}
