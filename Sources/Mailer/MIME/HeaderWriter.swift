/// Writes header fields, folded before column 77 where a space allows it (RFC 5322, section 2.2.3).
///
/// Whatever comes in is free of line ends by its type; the only CRLFs are those written here. A run without a space,
/// such as a URL, is never broken. The first line never is the name alone, for some readers keep the space of a fold
/// behind the colon, and milters put one there, which breaks DKIM's simple form; only an encoded word, whose line has
/// a limit of its own, may begin behind such a fold.
struct HeaderWriter {
    /// Where lines are folded.
    static let lineLength = 76
    /// Up to so many bytes, a text is kept in one line where its words have several spaces between them: some readers take a
    /// fold and all spaces behind it for one space, and a line has at most 998 characters (RFC 5322, section 2.1.1).
    private static let longestUnfolded = 800

    var output: [UInt8]
    private(set) var column = 0
    /// The column behind the field's colon.
    private var startColumn = -1

    init(_ output: [UInt8] = []) { self.output = output }

    /// `Name:` and nothing behind it.
    mutating func begin(_ name: String) {
        output.append(contentsOf: name.utf8)
        output.append(0x3A)
        column = name.utf8.count + 1
        startColumn = column
    }

    /// `Name:` and nothing behind it.
    mutating func begin(_ name: HeaderName) {
        output.append(contentsOf: name.rawValue.utf8)
        output.append(0x3A)
        column = name.rawValue.utf8.count + 1
        startColumn = column
    }

    /// Ends the field.
    mutating func end() {
        output.append(0x0D)
        output.append(0x0A)
        column = 0
        startColumn = -1
    }

    /// A space and then text that stays in one piece, on a new line if there is no room for it.
    mutating func word(_ text: String) {
        space(before: text.utf8.count)
        append(text)
    }

    /// A space and then an encoded word, on a new line if there is no room for it, even behind the field's name
    /// (RFC 2047, section 2: a line with an encoded word has at most 76 characters).
    mutating func encodedWord(_ bytes: [UInt8]) {
        startColumn = -1
        space(before: bytes.count)
        output += bytes
        column += bytes.count
    }

    /// Text right behind what was there.
    mutating func append(_ text: String) {
        output.append(contentsOf: text.utf8)
        column += text.utf8.count
    }

    /// ASCII right behind what was there.
    mutating func append(_ bytes: ArraySlice<UInt8>) {
        output += bytes
        column += bytes.count
    }

    /// A space between two words, which becomes a new line if the next word has no room.
    mutating func space(before count: Int) {
        if column + 1 + count > Self.lineLength, column > 1, column != startColumn {
            output.append(0x0D)
            output.append(0x0A)
            column = 0
            startColumn = -1
        }
        output.append(0x20)
        column += 1
    }

    /// A whole field whose text stays in one piece.
    mutating func field(_ name: String, _ text: String) {
        begin(name)
        word(text)
        end()
    }
}

extension HeaderWriter {
    /// The text of an unstructured field such as `Subject`.
    mutating func unstructured(_ value: HeaderValue) {
        let text = value.text
        if text.utf8.isEmpty {
            output.append(0x20)
            column += 1
        } else if Self.isSimple(text), text.utf8.count + column < Self.lineLength {
            output.append(0x20)
            append(text)
        } else {
            words(text)
        }
    }

    /// The text of an unstructured field in ASCII and without folds, for whoever folds it later: itself, or with encoded
    /// words (RFC 2047) where it is not ASCII or looks encoded.
    static func oneLine(_ name: String, _ text: String) -> String {
        if EncodedWord.isASCIIWithoutWords(text.utf8) { return text }
        var writer = HeaderWriter()
        writer.begin(name)
        writer.unstructured(HeaderValue(cleaning: text))
        // Every line end is that of a fold, before a space.
        let line = writer.output.filter { $0 != 0x0D && $0 != 0x0A }
        return String(decoding: line.dropFirst(name.utf8.count + 2), as: UTF8.self)
    }

    /// ASCII that no reader takes for an encoded word, and whose spaces are where they survive.
    private static func isSimple(_ text: String) -> Bool {
        var last: UInt8 = 0x20
        for byte in text.utf8 {
            if byte >= 0x80 || (byte == 0x3F && last == 0x3D) || (byte == 0x20 && last == 0x20) { return false }
            last = byte
        }
        return last != 0x20
    }

    /// Plain words as they are, and everything from the first to the last that is not plain as encoded words.
    private mutating func words(_ text: String) {
        let words = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false)
        let isLost = Self.needsEncoding(words)
        // Between encoded words there may be folds, and a line with one of them is short: several spaces go with them.
        let encodesGaps = text.utf8.count > Self.longestUnfolded || words.contains(where: isLost)
        let needsEncoding = { (word: Substring.UTF8View) in encodesGaps && word.isEmpty || isLost(word) }
        guard var from = words.firstIndex(where: needsEncoding), var to = words.lastIndex(where: needsEncoding) else {
            plain(words[...])
            return
        }
        // Spaces beside encoded words, or at either end, are lost: they are encoded together with their neighbours.
        while from > 0, words[from - 1].isEmpty || words[from].isEmpty { from -= 1 }
        while to + 1 < words.count, words[to + 1].isEmpty || words[to].isEmpty { to += 1 }
        plain(words[..<from])
        let encoded = text.utf8[words[from].startIndex..<words[to].endIndex]
        EncodedWord.append(Substring(encoded), to: &self)
        plain(words[(to + 1)...])
    }

    private static func needsEncoding(_ words: [Substring.UTF8View]) -> (Substring.UTF8View) -> Bool {
        let start = words.first?.startIndex
        let end = words.last?.endIndex
        return { word in
            !EncodedWord.isPlain(word) || (word.isEmpty && (word.startIndex == start || word.endIndex == end))
        }
    }

    private mutating func plain(_ words: ArraySlice<Substring.UTF8View>) {
        var spaces = 0
        for word in words {
            spaces += 1
            if word.isEmpty { continue }
            if spaces > 1 {
                // Never folded; in a text that is too long for that they are encoded.
                output.append(contentsOf: repeatElement(0x20, count: spaces))
                column += spaces
            } else {
                space(before: word.count)
            }
            output.append(contentsOf: word)
            column += word.count
            spaces = 0
        }
    }
}
