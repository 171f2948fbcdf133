/// Reads requests out of whatever the fuzzer thinks of, whole and in pieces.
///
/// Both ways must end alike, and the events must obey the grammar: a head, pieces of a body, an end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP1RequestParser(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let size = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    let whole = Transcript(bytes, pieces: bytes.count)
    let parts = Transcript(bytes, pieces: Int(size % 32) + 1)
    guard whole == parts else { fatalError("the pieces matter: \(whole) and \(parts)") }
    return 0
}

/// What the parser made of some bytes: bodies are joined, so that their pieces do not count.
private struct Transcript: Equatable {
    var heads: [HTTP1RequestHead] = []
    var bodies: [[UInt8]] = []
    var ends = 0
    var error: HTTP1ParsingError?

    init(_ bytes: [UInt8], pieces: Int) {
        var limits = HTTP1RequestParser.Limits()
        limits.headBytes = 512
        limits.fieldCount = 8
        limits.chunkLineBytes = 32
        var parser = HTTP1RequestParser(limits: limits)
        do throws(HTTP1ParsingError) {
            for start in stride(from: 0, to: bytes.count, by: max(1, pieces)) {
                parser.feed(Array(bytes[start...].prefix(pieces)))
                while let event = try parser.next() { take(event, from: parser) }
            }
        } catch {
            self.error = error
        }
    }

    private mutating func take(_ event: HTTP1RequestParser.Event, from parser: HTTP1RequestParser) {
        switch event {
        case .head(let head):
            guard heads.count == ends, head.fields.count <= 8 else { fatalError("a head at the wrong place") }
            heads.append(head)
            bodies.append([])
        case .body(let piece):
            guard heads.count == ends + 1, !piece.isEmpty else { fatalError("a body at the wrong place") }
            bodies[bodies.count - 1] += piece
        case .end:
            guard heads.count == ends + 1 else { fatalError("an end at the wrong place") }
            if case .length(let length)? = heads.last?.framing, Int64(bodies.last?.count ?? 0) != length {
                fatalError("a body of the wrong length")
            }
            ends += 1
        }
        if let remaining = parser.remainingBody, remaining < 0 { fatalError("less than nothing remains") }
    }
}
