/// Writes headers with whatever text the fuzzer thinks of, and reads them again.
///
/// Every line is ASCII, short, ended by CRLF, and but for the first begins with a space; what a reader decodes is the text.
/// A line with an encoded word has 76 characters at most.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMailHeader(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    let value = HeaderValue(cleaning: text)
    guard MailText.isClean(value.text) else { fatalError("a control character is left") }
    var writer = HeaderWriter()
    writer.begin("Subject")
    writer.unstructured(value)
    writer.end()
    let read = decode(unfold(writer.output))
    guard read.utf8.elementsEqual(value.text.utf8) else {
        fatalError("\(value.text.debugDescription) reads as \(read)")
    }

    guard let address = try? EnvelopeAddress("a@example.org"), let mailbox = try? Mailbox(name: text, address: address)
    else { return 0 }
    var names = HeaderWriter()
    names.address("From", mailbox)
    let from = unfold(names.output)
    let end = " <a@example.org>"
    guard from.hasSuffix(end) || from == "a@example.org" else { fatalError("no address at the end: \(from)") }
    if let name = mailbox.name, from.contains("=?utf-8?") {
        let read = decode(String(from.dropLast(end.count)))
        guard read.utf8.elementsEqual(name.utf8) else { fatalError("\(name.debugDescription) reads as \(read)") }
    } else if (try? Mailbox(from)) != mailbox {
        fatalError("another mailbox: \(from)")
    }
    var parameters = HeaderWriter()
    parameters.begin("Content-Disposition")
    parameters.word("attachment")
    parameters.fileNameParameter("filename", value.text)
    parameters.fallbackNameParameter(value.text)
    parameters.end()
    _ = unfold(parameters.output)
    return 0
}

/// The text behind the colon and one space, without folds.
private func unfold(_ bytes: [UInt8]) -> String {
    guard bytes.suffix(2) == [0x0D, 0x0A] else { fatalError("no line end") }
    var result: [UInt8] = []
    for line in bytes.split(separator: 0x0A) where String(decoding: line, as: UTF8.self).contains("=?utf-8?") {
        guard line.count <= 77 else { fatalError("a long line with an encoded word") }
    }
    var column = 0
    var index = 0
    while index < bytes.count - 2 {
        let byte = bytes[index]
        guard (0x20..<0x7F).contains(byte) || byte == 0x0D else { fatalError("the byte \(byte) at \(index)") }
        if byte == 0x0D {
            guard bytes[index + 1] == 0x0A, bytes[index + 2] == 0x20 else { fatalError("a line end that is no fold") }
            index += 2
            column = 0
            continue
        }
        column += 1
        guard column <= 998 else { fatalError("a long line") }
        result.append(byte)
        index += 1
    }
    guard let colon = result.firstIndex(of: 0x3A) else { fatalError("no colon") }
    var rest = result[(colon + 1)...]
    if rest.first == 0x20 { rest.removeFirst() }
    return String(decoding: rest, as: UTF8.self)
}

/// Encoded words decoded; white space between two of them dropped (RFC 2047, section 6.2).
private func decode(_ text: String) -> String {
    var result: [UInt8] = []
    var spaces: [UInt8] = []
    var lastWasEncoded = false
    var word: [UInt8] = []
    func flush() {
        guard !word.isEmpty else { return }
        if let bytes = decodedWord(word) {
            if !lastWasEncoded { result += spaces }
            result += bytes
            lastWasEncoded = true
        } else {
            result += spaces + word
            lastWasEncoded = false
        }
        spaces = []
        word = []
    }
    for byte in text.utf8 {
        if byte == 0x20 {
            flush()
            spaces.append(byte)
        } else {
            word.append(byte)
        }
    }
    flush()
    result += spaces
    return String(decoding: result, as: UTF8.self)
}

private func decodedWord(_ word: [UInt8]) -> [UInt8]? {
    let text = String(decoding: word, as: UTF8.self)
    guard text.hasPrefix("=?utf-8?"), text.hasSuffix("?="), word.count >= 12, word.count <= 75 else { return nil }
    let body = word[10..<word.count - 2]
    if word[8] == 0x42 { return Base64.decode(String(decoding: body, as: UTF8.self)) }
    var result: [UInt8] = []
    var index = body.startIndex
    while index < body.endIndex {
        if body[index] == 0x3D {
            guard let high = Hex.nibble(body[index + 1]), let low = Hex.nibble(body[index + 2]) else { return nil }
            result.append(high << 4 | low)
            index += 3
        } else {
            result.append(body[index] == 0x5F ? 0x20 : body[index])
            index += 1
        }
    }
    return result
}
