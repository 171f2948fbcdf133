import GroundworkHTTP

/// Reads the header lines of a response as they come, one call for each line. Holds no more than its limit.
struct ResponseHeadReader {
    enum Step { case more, complete(HTTPResponse), tooLarge, malformed }

    /// The most field lines in all blocks together, folded ones included.
    ///
    /// `HTTPFields` ends the process beyond 65,535 fields, and each folded line copies the value that it continues.
    static let maximumFieldLines = 1000

    private let limit: Int
    private var received = 0
    private var fieldLines = 0
    private var status: HTTPResponse.Status?
    private var fields = HTTPFields()
    /// Whether the final head is complete; what follows are trailers, which are dropped.
    private(set) var isComplete = false

    init(limit: Int) { self.limit = limit }

    /// Takes one line, line end included.
    ///
    /// Interim answers (RFC 9110, section 15.2) are passed over, but their bytes count towards the limit.
    mutating func read(_ line: Span<UInt8>) -> Step {
        received += line.count
        guard received <= limit else { return .tooLarge }
        guard !isComplete else { return .more }
        var end = line.count
        while end > 0, line[end - 1] == 0x0A || line[end - 1] == 0x0D { end -= 1 }
        if end == 0 { return finishBlock() }
        if Self.isStatusLine(line, end: end) {
            guard let parsed = Self.status(line, end: end) else { return .malformed }
            status = parsed
            fields = HTTPFields()
            return .more
        }
        guard status != nil else { return .malformed }
        fieldLines += 1
        guard fieldLines <= Self.maximumFieldLines else { return .tooLarge }
        if line[0] == 0x20 || line[0] == 0x09 {
            foldIntoLast(Self.text(line, 0, end))
            return .more
        }
        guard let colon = (0..<end).first(where: { line[$0] == 0x3A }) else { return .malformed }
        // A name that is no token cannot be represented; dropping the line is what tolerant clients do.
        if let name = HTTPField.Name(Self.text(line, 0, colon)) {
            var start = colon + 1
            var stop = end
            while start < stop, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
            while stop > start, line[stop - 1] == 0x20 || line[stop - 1] == 0x09 { stop -= 1 }
            fields.append(HTTPField(name: name, lenientValue: Self.bytes(line, start, stop)))
        }
        return .more
    }

    private mutating func finishBlock() -> Step {
        guard let status else { return .malformed }
        if status.kind == .informational, status.code != 101 {
            self.status = nil
            return .more
        }
        isComplete = true
        return .complete(HTTPResponse(status: status, headerFields: fields))
    }

    /// RFC 9112, section 5.2: a folded line continues the value before it, after a space.
    private mutating func foldIntoLast(_ text: String) {
        guard var last = fields.last else { return }
        last.value += " " + text.drop { $0 == " " || $0 == "\t" }
        fields[fields.index(before: fields.endIndex)] = last
    }

    private static func isStatusLine(_ line: Span<UInt8>, end: Int) -> Bool {
        end > 5 && line[0] == 0x48 && line[1] == 0x54 && line[2] == 0x54 && line[3] == 0x50 && line[4] == 0x2F
    }

    private static func status(_ line: Span<UInt8>, end: Int) -> HTTPResponse.Status? {
        guard let space = (0..<end).first(where: { line[$0] == 0x20 }), space + 3 < end else { return nil }
        var code = 0
        for index in space + 1...space + 3 {
            guard (0x30...0x39).contains(line[index]) else { return nil }
            code = code * 10 + Int(line[index] - 0x30)
        }
        guard code >= 100 else { return nil }
        let reason = space + 5 < end ? text(line, space + 5, end) : ""
        return HTTPResponse.Status(code: code, reasonPhrase: reason)
    }

    private static func text(_ line: Span<UInt8>, _ start: Int, _ end: Int) -> String {
        unsafe line.withUnsafeBufferPointer { unsafe String(decoding: $0[start..<end], as: UTF8.self) }
    }

    private static func bytes(_ line: Span<UInt8>, _ start: Int, _ end: Int) -> [UInt8] {
        unsafe line.withUnsafeBufferPointer { unsafe Array($0[start..<end]) }
    }
}
