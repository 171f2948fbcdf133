import GroundworkHTTP

/// Writes a JSON text whose large parts are streamed: everything but attachments is in memory, attachments are read and
/// encoded as the text is sent.
///
///     var json = JSONWriter()
///     json.object {
///         $0.member("subject", "Hello")
///         $0.member("attachments") { $0.array(files) { … $0.base64(file.content, file.fileName) } }
///     }
///     let body = json.body(limit: 40 << 20)
struct JSONWriter: Sendable {
    private var segments: [StreamedJSON.Segment] = []
    private var bytes: [UInt8] = []
    private var needsComma = false

    init() { bytes.reserveCapacity(1024) }

    /// An object whose members `write` adds.
    mutating func object(_ write: (inout JSONWriter) -> Void) { enclosed(UInt8(ascii: "{"), UInt8(ascii: "}"), write) }

    /// An array with an element for each of `elements`.
    mutating func array<Element>(_ elements: [Element], _ write: (inout JSONWriter, Element) -> Void) {
        enclosed(UInt8(ascii: "["), UInt8(ascii: "]")) { writer in
            for element in elements { write(&writer, element) }
        }
    }

    /// A member; `write` writes one value.
    mutating func member(_ name: String, _ write: (inout JSONWriter) -> Void) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
        write(&self)
        needsComma = true
    }

    /// A member that is a text; nothing for nil.
    mutating func member(_ name: String, _ text: String?) {
        guard let text else { return }
        member(name) { $0.string(text) }
    }

    /// A member that is an array of texts; nothing for an empty one.
    mutating func member(_ name: String, _ texts: [String]) {
        guard !texts.isEmpty else { return }
        member(name) { $0.array(texts) { $0.string($1) } }
    }

    /// A text.
    mutating func string(_ text: String) {
        separate()
        quote(text)
        needsComma = true
    }

    /// A whole number.
    mutating func number(_ number: Int) { word(String(number)) }

    /// `true` or `false`.
    mutating func bool(_ value: Bool) { word(value ? "true" : "false") }

    /// A value that is written already.
    mutating func raw(_ value: [UInt8]) {
        separate()
        bytes += value
        needsComma = true
    }

    /// Content as a text in base64, without line ends.
    mutating func base64(_ content: HTTPBody, _ fileName: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        segments.append(.bytes(bytes))
        segments.append(.base64(content, fileName: fileName))
        bytes = [UInt8(ascii: "\"")]
        needsComma = true
    }

    /// What was written, to be sent.
    var text: StreamedJSON { StreamedJSON(segments: bytes.isEmpty ? segments : segments + [.bytes(bytes)]) }

    /// What was written, if nothing of it is streamed.
    var bytesInMemory: [UInt8]? { segments.isEmpty ? bytes : nil }

    private mutating func separate() { if needsComma { bytes.append(UInt8(ascii: ",")) } }

    private mutating func word(_ word: String) {
        separate()
        bytes += Array(word.utf8)
        needsComma = true
    }

    private mutating func enclosed(_ open: UInt8, _ close: UInt8, _ write: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(open)
        needsComma = false
        write(&self)
        bytes.append(close)
        needsComma = true
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0x0D: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case 0..<0x20, 0x7F:
                bytes += Array("\\u00".utf8) + [Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
