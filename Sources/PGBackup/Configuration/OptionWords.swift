import GroundworkCore

/// A line cut into words as a POSIX shell cuts it (Shell Command Language, section 2.2, Quoting), and nothing more: there
/// are no variables, no patterns of files, no commands.
enum OptionWords {
    private static let limit = 64 << 10
    /// Outside of quotes a shell would do something with these, so whoever wrote one expects what will not happen. `*` and
    /// `?` are part of pg_dump's own patterns and stay what they are.
    private static let signs = Set("$`;|&<>()".utf8)

    static func split(_ text: String) throws(TextParsingError) -> [String] {
        let bytes = Array(text.utf8)
        guard bytes.count <= limit else { throw TextParsingError("it is longer than \(limit) bytes") }
        var words: [String] = []
        var word: [UInt8]?
        var quote: UInt8?
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte != 0 else { throw TextParsingError("it has a NUL byte", offset: index - 1) }
            switch (quote, byte) {
            case (0x27, 0x27), (0x22, 0x22): quote = nil
            case (0x27, _): word = (word ?? []) + [byte]
            case (0x22, 0x5C) where index < bytes.count && [0x22, 0x5C].contains(bytes[index]),
                (nil, 0x5C) where index < bytes.count:
                word = (word ?? []) + [bytes[index]]
                index += 1
            case (0x22, 0x24), (0x22, 0x60):
                throw TextParsingError("no shell sees it: $ and ` stand for nothing within \"", offset: index - 1)
            case (0x22, _): word = (word ?? []) + [byte]
            case (nil, 0x27), (nil, 0x22):
                quote = byte
                word = word ?? []
            case (nil, 0x20), (nil, 0x09), (nil, 0x0A), (nil, 0x0D):
                if let word { words.append(String(decoding: word, as: UTF8.self)) }
                word = nil
            default:
                guard !signs.contains(byte) else {
                    let sign = String(decoding: [byte], as: UTF8.self)
                    throw TextParsingError("no shell sees it: put the sign \(sign) in quotes", offset: index - 1)
                }
                word = (word ?? []) + [byte]
            }
        }
        guard quote == nil else { throw TextParsingError("a quote has no end") }
        if let word { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }
}
