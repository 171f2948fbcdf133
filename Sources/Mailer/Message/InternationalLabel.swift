/// Which labels beyond ASCII can be encoded as they stand (RFC 5892), judged by the properties of characters that the
/// standard library knows. What would need mapping, normalising or rules of context is refused, never guessed at.
enum InternationalLabel {
    /// The label's scalars, if it is one that needs no mapping.
    static func check(_ label: String) throws(AddressFault) -> [Unicode.Scalar] {
        let scalars = Array(label.unicodeScalars)
        guard scalars.count <= DomainLabel.maximumLength else {
            throw AddressFault("a label of the domain is longer than \(DomainLabel.maximumLength) bytes")
        }
        guard let first = scalars.first, first != "-", scalars.last != "-", !isMark(first) else {
            throw AddressFault("a label of the domain begins with a hyphen or a mark, or ends with a hyphen")
        }
        // RFC 5891, section 4.2.3.1.
        guard !(scalars.count > 3 && scalars[2] == "-" && scalars[3] == "-") else {
            throw AddressFault("a label of the domain has hyphens in its third and fourth place")
        }
        for (index, scalar) in scalars.enumerated() where !isPlain(scalar) {
            guard isPermitted(scalar) else { throw mapping("a character that is not allowed there as it stands") }
            if isMark(scalar), index > 0, composes(scalars[index - 1], scalar) {
                throw mapping("a letter and a mark that are one character when normalised")
            }
        }
        return scalars
    }

    private static func mapping(_ what: String) -> AddressFault {
        AddressFault(
            "the domain has \(what); write it in lower case and composed form, or with xn-- labels",
            code: .domainNeedsMapping
        )
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "-" || (scalar.isASCII && UInt8(truncatingIfNeeded: scalar.value).isAlphanumeric)
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    /// PVALID of RFC 5892, section 3: exceptions first, then letters, digits and marks that stay the same when folded.
    private static func isPermitted(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xDF, 0x3C2, 0x6FD, 0x6FE, 0xF0B, 0x3007: return true
        case 0x640, 0x7FA, 0x302E, 0x302F, 0x3031...0x3035, 0x303B: return false
        // Digits that need rules of context, and old Hangul.
        case 0x660...0x669, 0x6F0...0x6F9, 0x1100...0x11FF, 0xA960...0xA97F, 0xD7B0...0xD7FF: return false
        default: break
        }
        let properties = scalar.properties
        guard scalar.value >= 0x80, !properties.changesWhenNFKCCaseFolded, !properties.isDefaultIgnorableCodePoint,
            !properties.isNoncharacterCodePoint, !properties.isWhitespace
        else { return false }
        switch properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .otherLetter, .modifierLetter, .decimalNumber: return true
        case .nonspacingMark, .spacingMark: return isSafeMark(scalar)
        default: return false
        }
    }

    /// Marks of class 0 and viramas (9) keep their place; those of other classes are moved and joined when normalised.
    private static func isSafeMark(_ scalar: Unicode.Scalar) -> Bool {
        [0, 9].contains(scalar.properties.canonicalCombiningClass.rawValue)
    }

    /// Whether the two are one character of the same script when normalised. Such characters stand in the same block
    /// of 128, and strings that are canonically equivalent are equal.
    private static func composes(_ base: Unicode.Scalar, _ mark: Unicode.Scalar) -> Bool {
        var pair = String.UnicodeScalarView()
        pair.append(base)
        pair.append(mark)
        let joined = String(pair)
        let block = mark.value & ~0x7F
        return (block..<block + 128).contains { Unicode.Scalar($0).map { String($0) == joined } ?? false }
    }
}
