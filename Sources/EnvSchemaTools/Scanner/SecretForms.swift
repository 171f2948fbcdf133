import GroundworkBase

/// The byte strings by which a secret gives itself away.
struct SecretForms {
    private(set) var forms: [(form: SecretScanner.Form, bytes: [UInt8])] = []
    private var seen: Set<[UInt8]> = []
    private let minimumLength: Int

    /// Nothing longer is searched for whole: a beginning of this length gives enough away.
    static let maximumLength = 1024

    init(_ text: String, minimumLength: Int) {
        self.minimumLength = minimumLength
        let bytes = Array(text.utf8)
        add(.plain, bytes)
        add(.base64, Array(Base64.encode(bytes).utf8))
        add(.base64, Array(Base64.encodeURL(bytes).utf8))
        addInnerBase64(bytes)
        add(.hex, Array(Hex.encode(bytes).utf8))
        add(.hex, Array(Hex.encode(bytes, uppercase: true).utf8))
        addEscaped(bytes)
        addLines(text)
    }

    private mutating func add(_ form: SecretScanner.Form, _ bytes: [UInt8]) {
        let bytes = Array(bytes.prefix(Self.maximumLength))
        if bytes.count >= minimumLength, seen.insert(bytes).inserted { forms.append((form, bytes)) }
    }

    /// The digits that a secret leaves in base64 of something longer, such as `user:password`, at each of the three
    /// alignments: those at the edges depend on the neighbours.
    private mutating func addInnerBase64(_ bytes: [UInt8]) {
        guard bytes.count >= 9 else { return }
        for skipped in 1...2 {
            let inner = bytes.dropFirst(skipped == 1 ? 2 : 1)
            let whole = inner.prefix(inner.count / 3 * 3)
            add(.base64, Array(Base64.encode(whole).utf8))
            add(.base64, Array(Base64.encodeURL(whole).utf8))
        }
        let whole = bytes.prefix(bytes.count / 3 * 3)
        add(.base64, Array(Base64.encode(whole).utf8))
        add(.base64, Array(Base64.encodeURL(whole).utf8))
    }

    private mutating func addEscaped(_ bytes: [UInt8]) {
        add(.percent, percent(bytes, upper: true, spared: "-._~"))
        add(.percent, percent(bytes, upper: false, spared: "-._~"))
        // encodeURIComponent, forms, and paths spare different signs.
        add(.percent, percent(bytes, upper: true, spared: "-._~!'()*"))
        add(.percent, percent(bytes, upper: true, spared: "-._~!$&'()*+,;=:@"))
        add(.percent, percent(bytes, upper: true, spared: "-._*", isForm: true))
        add(.json, json(bytes, escapesSlash: false, escapesUnicode: false))
        add(.json, json(bytes, escapesSlash: true, escapesUnicode: false))
        add(.json, json(bytes, escapesSlash: false, escapesUnicode: true))
        add(.html, html(bytes))
    }

    /// The lines of a secret of several lines, such as the body of a PEM block, and the body in one piece.
    private mutating func addLines(_ text: String) {
        let lines = text.unescapingLineEnds().utf8.split { $0 == 0x0A || $0 == 0x0D }
            .filter { !$0.starts(with: "-----".utf8) }
        guard text.firstRange(of: "-----BEGIN") != nil || lines.count > 1 else { return }
        for line in lines where line.count >= 16 { add(.line, Array(line)) }
        add(.line, lines.flatMap { Array($0) })
    }

    private func percent(_ bytes: [UInt8], upper: Bool, spared: String, isForm: Bool = false) -> [UInt8] {
        var result: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: result.append(byte)
            case 0x20 where isForm: result.append(UInt8(ascii: "+"))
            case _ where spared.utf8.contains(byte): result.append(byte)
            default: result += Array("%\(Hex.encode([byte], uppercase: upper))".utf8)
            }
        }
        return result
    }

    private func json(_ bytes: [UInt8], escapesSlash: Bool, escapesUnicode: Bool) -> [UInt8] {
        var result: [UInt8] = []
        for unit in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch unit {
            case "\"": result += Array("\\\"".utf8)
            case "\\": result += Array("\\\\".utf8)
            case "/" where escapesSlash: result += Array("\\/".utf8)
            case "\n": result += Array("\\n".utf8)
            case "\r": result += Array("\\r".utf8)
            case "\t": result += Array("\\t".utf8)
            case _ where unit.value < 0x20 || (escapesUnicode && unit.value >= 0x80):
                for code in String(unit).utf16 {
                    result += Array("\\u\(Hex.encode([UInt8(code >> 8), UInt8(code & 0xFF)]))".utf8)
                }
            default: result += Array(String(unit).utf8)
            }
        }
        return result
    }

    private func html(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "&"): Array("&amp;".utf8)
            case UInt8(ascii: "<"): Array("&lt;".utf8)
            case UInt8(ascii: ">"): Array("&gt;".utf8)
            case UInt8(ascii: "\""): Array("&quot;".utf8)
            case UInt8(ascii: "'"): Array("&#39;".utf8)
            default: [byte]
            }
        }
    }
}
