/// Reads replies out of whatever the fuzzer thinks of, whole and in pieces.
///
/// Both ways must end alike, and no reply may break the limits or hold a control character.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSMTPReplyParser(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let size = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    let whole = Transcript(bytes, pieces: bytes.count)
    let parts = Transcript(bytes, pieces: Int(size % 32) + 1)
    guard whole == parts else { fatalError("the pieces matter: \(whole) and \(parts)") }
    for reply in whole.replies {
        guard (200...599).contains(reply.code), reply.lines.count <= 8 else { fatalError("\(reply)") }
        guard reply.text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A }) else { fatalError("\(reply)") }
        // What is replaced takes three bytes for one.
        guard reply.text.utf8.count <= 3 * 512 else { fatalError("\(reply)") }
        let capabilities = SMTPCapabilities(ehlo: reply)
        guard capabilities.maximumSize.map({ $0 > 0 }) ?? true else { fatalError("\(reply)") }
    }
    return 0
}

/// What the parser made of some bytes.
private struct Transcript: Equatable {
    var replies: [SMTPReply] = []
    var error: SMTPReplyError?
    var hasMore = false

    init(_ bytes: [UInt8], pieces: Int) {
        var limits = SMTPReplyParser.Limits()
        limits.lineBytes = 128
        limits.lineCount = 8
        limits.replyBytes = 512
        var parser = SMTPReplyParser(limits: limits)
        do throws(SMTPReplyError) {
            for start in stride(from: 0, to: bytes.count, by: max(1, pieces)) {
                parser.feed(Array(bytes[start...].prefix(pieces)))
                while let reply = try parser.next() { replies.append(reply) }
            }
            hasMore = parser.hasBufferedBytes
        } catch {
            self.error = error
        }
    }
}
