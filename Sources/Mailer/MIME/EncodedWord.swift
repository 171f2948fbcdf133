/// Encoded words (RFC 2047), in UTF-8, never split inside a character.
enum EncodedWord {
    /// What may stand right behind an encoded word: the end of an empty group and a comma.
    private static let reservedLength = 3
    /// The longest encoded word (section 2: 75 characters on a line of 76).
    private static let maximumLength = 75 - reservedLength
    private static let prefixLength = 10
    private static let suffixLength = 2
    /// A plain run that is longer is encoded, so that it can be folded.
    private static let longestPlainRun = 900
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Whether the word can stand as it is in an unstructured field.
    static func isPlain(_ word: Substring.UTF8View) -> Bool {
        isASCIIWithoutWords(word) && word.count <= longestPlainRun
    }

    /// Whether it is ASCII in which no reader finds an encoded word.
    static func isASCIIWithoutWords(_ text: some Sequence<UInt8>) -> Bool {
        var last: UInt8 = 0
        for byte in text {
            if byte >= 0x80 || (last == 0x3D && byte == 0x3F) { return false }
            last = byte
        }
        return true
    }

    /// A space, and the text as encoded words with folds between them.
    static func append(_ text: Substring, to writer: inout HeaderWriter) {
        let encodedCount = text.utf8.reduce(0) { $0 + (isQLiteral($1) || $1 == 0x20 ? 1 : 3) }
        let usesBase64 = encodedCount > (text.utf8.count + 2) / 3 * 4
        var room = roomOnLine(writer)
        if (usesBase64 ? (text.utf8.count + 2) / 3 * 4 : encodedCount) <= room {
            if !text.isEmpty { write(Array(text.utf8), usesBase64, to: &writer) }
            return
        }
        var pending: [UInt8] = []
        var pendingLength = 0
        for character in text {
            for piece in pieces(of: character, upTo: usesBase64 ? 45 : 20) {
                let length = usesBase64 ? (pending.count + piece.count + 2) / 3 * 4 : pendingLength + qLength(piece)
                if length > room, !pending.isEmpty {
                    write(pending, usesBase64, to: &writer)
                    pending.removeAll(keepingCapacity: true)
                    pendingLength = 0
                    // The next one begins a line of its own.
                    room = maximumLength - prefixLength - suffixLength
                }
                pending += piece
                pendingLength += usesBase64 ? 0 : qLength(piece)
            }
        }
        if !pending.isEmpty { write(pending, usesBase64, to: &writer) }
    }

    /// What fits behind the text that is there; a whole line if that is little.
    private static func roomOnLine(_ writer: HeaderWriter) -> Int {
        let rest = HeaderWriter.lineLength - writer.column - 1 - reservedLength - prefixLength - suffixLength
        return rest >= 20
            ? min(rest, maximumLength - prefixLength - suffixLength)
            : maximumLength - prefixLength - suffixLength
    }

    /// A character in one piece, or its scalars when it is longer than any word.
    private static func pieces(of character: Character, upTo limit: Int) -> [[UInt8]] {
        let whole = Array(character.utf8)
        return whole.count <= limit ? [whole] : character.unicodeScalars.map { Array(String($0).utf8) }
    }

    private static func qLength(_ bytes: [UInt8]) -> Int {
        bytes.reduce(0) { $0 + (isQLiteral($1) || $1 == 0x20 ? 1 : 3) }
    }

    /// What stands for itself in a phrase too (section 5, rule 3).
    private static func isQLiteral(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == 0x21 || byte == 0x2A || byte == 0x2B || byte == 0x2D || byte == 0x2F
    }

    private static func write(_ bytes: [UInt8], _ usesBase64: Bool, to writer: inout HeaderWriter) {
        var word = usesBase64 ? Array("=?utf-8?B?".utf8) : Array("=?utf-8?Q?".utf8)
        if usesBase64 {
            word += Array(Base64.encode(bytes).utf8)
        } else {
            for byte in bytes {
                if isQLiteral(byte) {
                    word.append(byte)
                } else if byte == 0x20 {
                    word.append(0x5F)
                } else {
                    word += [0x3D, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
        }
        word += [0x3F, 0x3D]
        writer.encodedWord(word)
    }
}
