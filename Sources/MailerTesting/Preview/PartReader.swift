/// Takes a composed message apart: its parts with their sizes, and its plain text.
struct PartReader {
    private(set) var parts: [MailCapture.Part] = []
    private(set) var plainText = ""

    init(_ message: [UInt8]) { read(message[...], depth: 0) }

    private mutating func read(_ entity: ArraySlice<UInt8>, depth: Int) {
        let (header, body) = Self.split(entity)
        let contentType = header["content-type"] ?? "text/plain"
        let type = String(contentType.prefix { $0 != ";" }).trimmingASCIIWhitespace()
        let encoding = header["content-transfer-encoding"] ?? "7bit"
        parts.append(MailCapture.Part(depth: depth, type: type, encoding: encoding, size: body.count))
        if type.hasPrefix("multipart/"), depth < 8, let boundary = Self.boundary(contentType) {
            for part in Self.pieces(of: body, boundary) { read(part, depth: depth + 1) }
        } else if type == "text/plain", plainText.isEmpty {
            plainText = Self.decoded(body, encoding)
        }
    }

    private static func split(_ entity: ArraySlice<UInt8>) -> (header: [String: String], body: ArraySlice<UInt8>) {
        var header: [String: String] = [:]
        var name = ""
        var rest = entity
        while let (line, next) = line(rest) {
            rest = next
            if line.isEmpty { break }
            let text = String(decoding: line, as: UTF8.self)
            if line.first == 0x20 || line.first == 0x09 {
                header[name, default: ""] += text
            } else if let colon = text.utf8.firstIndex(of: 0x3A) {
                name = String(text[..<colon]).lowercasedASCII()
                header[name] = String(text[text.utf8.index(after: colon)...]).trimmingASCIIWhitespace()
            }
        }
        return (header, rest)
    }

    private static func line(
        _ bytes: ArraySlice<UInt8>
    ) -> (line: ArraySlice<UInt8>, rest: ArraySlice<UInt8>)? {
        guard !bytes.isEmpty else { return nil }
        guard let end = bytes.firstIndex(of: 0x0A) else { return (bytes, bytes[bytes.endIndex...]) }
        let line = bytes[bytes.startIndex..<end]
        return (line.last == 0x0D ? line.dropLast() : line, bytes[(end + 1)...])
    }

    private static func boundary(_ contentType: String) -> String? {
        guard let start = contentType.firstRange(of: "boundary=") else { return nil }
        let value = contentType[start.upperBound...]
        return value.first == "\""
            ? String(value.dropFirst().prefix { $0 != "\"" }) : String(value.prefix { $0 != ";" })
    }

    private static func pieces(of body: ArraySlice<UInt8>, _ boundary: String) -> [ArraySlice<UInt8>] {
        let opening = Array("--\(boundary)".utf8)
        var pieces: [ArraySlice<UInt8>] = []
        var start: Int?
        var rest = body
        while let (line, next) = line(rest) {
            if line.starts(with: opening), line.count == opening.count || line.count == opening.count + 2 {
                // The line end before a boundary belongs to it (RFC 2046, section 5.1.1).
                if let start { pieces.append(body[start..<max(start, rest.startIndex - 2)]) }
                start = line.count == opening.count ? next.startIndex : nil
            }
            rest = next
        }
        return pieces
    }

    private static func decoded(_ body: ArraySlice<UInt8>, _ encoding: String) -> String {
        let text = String(decoding: body, as: UTF8.self)
        switch encoding {
        case "base64":
            return String(decoding: Base64.decode(text.removingASCIIWhitespace()) ?? [], as: UTF8.self)
                .replacing("\r\n", with: "\n")
        case "quoted-printable":
            var bytes: [UInt8] = []
            let pieces = text.replacing("=\r\n", with: "").utf8.split(separator: 0x3D, omittingEmptySubsequences: false)
            for (index, piece) in pieces.enumerated() {
                guard index > 0 else {
                    bytes += piece
                    continue
                }
                bytes += Hex.decode(String(decoding: piece.prefix(2), as: UTF8.self)) ?? []
                bytes += piece.dropFirst(2)
            }
            return String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        default: return text.replacing("\r\n", with: "\n")
        }
    }
}
