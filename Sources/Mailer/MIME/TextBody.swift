/// The text of a part as it travels.
enum TextBody {
    /// Appends a text in the encoding that was chosen for it.
    ///
    /// Line ends of every kind become CRLF. The text ends with a line end of its own only if `endsLine`, or if it had one.
    static func append(_ text: Span<UInt8>, _ encoding: TransferEncoding, to output: inout [UInt8], endsLine: Bool) {
        let start = output.count
        switch encoding {
        case .sevenBit: appendPlain(text, to: &output)
        case .quotedPrintable: QuotedPrintable.append(text, to: &output)
        case .base64:
            var normal: [UInt8] = []
            appendPlain(text, to: &normal)
            unsafe normal.withUnsafeBytes { unsafe Base64Lines.append($0, to: &output) }
            return
        }
        if endsLine, output.count > start, output.last != 0x0A {
            output.append(0x0D)
            output.append(0x0A)
        }
    }

    /// Line by line, with CRLF for every line end.
    static func appendPlain(_ text: Span<UInt8>, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + text.count + text.count / 16 + 16)
        var start = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard byte == 0x0A || byte == 0x0D else {
                index += 1
                continue
            }
            output.append(text.extracting(start..<index))
            output.append(0x0D)
            output.append(0x0A)
            index += text.lineEndLength(at: index)
            start = index
        }
        output.append(text.extracting(start..<text.count))
    }
}
