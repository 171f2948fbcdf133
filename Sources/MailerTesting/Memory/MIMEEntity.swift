import GroundworkCore

/// Reads the structure of a message (RFC 2045, RFC 2046).
enum MIMEEntity {
    typealias Headers = [(name: String, value: String)]

    /// Header and body on the two sides of the first empty line.
    static func split(_ bytes: ArraySlice<UInt8>) throws(ReceivedMailError) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
        if bytes.starts(with: [0x0D, 0x0A]) { return (bytes.prefix(0), bytes.dropFirst(2)) }
        guard let end = find([0x0D, 0x0A, 0x0D, 0x0A], in: bytes) else {
            throw ReceivedMailError("The message has no empty line behind its header.")
        }
        return (bytes[..<(end + 2)], bytes[(end + 4)...])
    }

    /// The header fields, unfolded and decoded.
    static func headers(_ bytes: ArraySlice<UInt8>) -> Headers {
        var lines: [String] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\r\n") {
            if line.utf8.first == 0x20 || line.utf8.first == 0x09, let last = lines.popLast() {
                lines.append(last + line)
            } else {
                lines.append(String(line))
            }
        }
        return lines.compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = String(line[line.index(after: colon)...]).trimmingASCIIWhitespace()
            return (String(line[..<colon]), EncodedWords.decode(value))
        }
    }

    static func value(_ headers: Headers, _ name: String) -> String? {
        headers.first { $0.name.lowercasedASCII() == name.lowercasedASCII() }?.value
    }

    /// Adds the parts of an entity to `parts`.
    static func read(
        _ headers: Headers,
        _ body: ArraySlice<UInt8>,
        depth: Int,
        into parts: inout [ReceivedMail.Part]
    ) throws(ReceivedMailError) {
        guard depth <= 10 else { throw ReceivedMailError("The message is nested too deeply.") }
        let type = HeaderParameters(value(headers, "Content-Type") ?? "text/plain")
        if type.value.hasPrefix("multipart/"), let boundary = type["boundary"] {
            for piece in pieces(body, boundary) {
                let (head, inner) = try split(piece)
                try read(Self.headers(head), inner, depth: depth + 1, into: &parts)
            }
            return
        }
        let disposition = HeaderParameters(value(headers, "Content-Disposition") ?? "")
        let id = value(headers, "Content-ID").map { String($0.drop { $0 == "<" }.prefix { $0 != ">" }) }
        parts.append(
            ReceivedMail.Part(
                headers: headers,
                contentType: type.value,
                fileName: disposition["filename"] ?? type["name"],
                contentID: id,
                body: decoded(body, value(headers, "Content-Transfer-Encoding") ?? "7bit")
            )
        )
    }

    /// What stands between the lines of a boundary.
    private static func pieces(_ body: ArraySlice<UInt8>, _ boundary: String) -> [ArraySlice<UInt8>] {
        let mark = Array("\r\n--\(boundary)".utf8)
        // The first one may stand at the very beginning.
        let whole = ([0x0D, 0x0A] + body)[...]
        var result: [ArraySlice<UInt8>] = []
        var rest = whole
        var start: Int?
        while let place = find(mark, in: rest) {
            if let start { result.append(whole[min(start, place)..<place]) }
            let after = whole[(place + mark.count)...]
            if after.starts(with: [0x2D, 0x2D]) { break }
            guard let line = find([0x0D, 0x0A], in: after) else { break }
            start = line + 2
            // The next boundary may follow at once, so that its line end is this one's.
            rest = whole[line...]
        }
        return result
    }

    private static func decoded(_ body: ArraySlice<UInt8>, _ encoding: String) -> [UInt8] {
        switch encoding.lowercasedASCII() {
        case "base64":
            Base64.decode(String(decoding: body.filter { $0 > 0x20 }, as: UTF8.self)) ?? []
        case "quoted-printable": quotedPrintable(body)
        default: Array(body)
        }
    }

    private static func quotedPrintable(_ body: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var rest = body
        while let byte = rest.popFirst() {
            guard byte == 0x3D else {
                result.append(byte)
                continue
            }
            if rest.starts(with: [0x0D, 0x0A]) {
                rest = rest.dropFirst(2)
            } else if let value = Hex.decode(String(decoding: rest.prefix(2), as: UTF8.self))?.first {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return result
    }

    static func find(_ needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = needle.first else { return nil }
        var place = bytes.startIndex
        while place + needle.count <= bytes.endIndex {
            if bytes[place] == first, bytes[place..<(place + needle.count)].elementsEqual(needle) { return place }
            place += 1
        }
        return nil
    }
}
