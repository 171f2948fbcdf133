/// Text from outside made fit for an HTML page, as text or inside a quoted attribute.
enum HTMLText {
    /// Escapes what has a meaning in HTML, and shows what cannot be seen.
    static func escape(_ text: String, limit: Int = 4000) -> String {
        var result = ""
        for scalar in VisibleText.line(text, limit: limit).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The text as an identifier of letters, digits and hyphens, for classes.
    static func slug(_ text: String) -> String {
        String(
            decoding: text.utf8.map { byte in
                switch byte {
                case 0x30...0x39, 0x61...0x7A: byte
                case 0x41...0x5A: byte + 0x20
                default: UInt8(ascii: "-")
                }
            },
            as: UTF8.self
        )
    }
}
