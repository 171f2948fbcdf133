/// Writes the tree of parts into segments: bytes as they are sent, and contents to be read and encoded later.
struct BodyBuilder {
    /// What a part's header says about how its body is written.
    private enum Form {
        case text(TransferEncoding)
        case boundary(String)
        case content(HTTPBody, isPlain: Bool)
    }

    private let random: any RandomSource
    private var segments: [BodySegment] = []
    private var writer = HeaderWriter()

    init(random: any RandomSource) {
        self.random = random
        writer.output.reserveCapacity(4096)
    }

    /// Writes the outermost part: its header fields into `header`, its body into segments.
    mutating func append(_ part: BodyPart, header: inout HeaderWriter) {
        let form = Self.form(of: part, random, &header)
        write(part, form, isOutermost: true)
    }

    /// All segments.
    mutating func finished() -> [BodySegment] {
        flush()
        return segments
    }

    private mutating func flush() {
        guard !writer.output.isEmpty else { return }
        segments.append(.bytes(writer.output))
        writer = HeaderWriter()
    }

    /// Writes a part's header fields.
    private static func form(
        of part: BodyPart,
        _ random: any RandomSource,
        _ header: inout HeaderWriter
    ) -> Form {
        switch part {
        case .text(let text, let type):
            let encoding = TransferEncoding.choose(text.utf8.span)
            header.begin("Content-Type")
            header.word(type)
            header.append("; charset=utf-8")
            header.end()
            header.field("Content-Transfer-Encoding", encoding.rawValue)
            return .text(encoding)
        case .multipart(let kind, let parameters, _):
            // Quoted-printable and base64 cannot have "=_", and a plain text never begins a line with it.
            let boundary = "=_\(Hex.encode(random.bytes(12)))"
            header.begin("Content-Type")
            header.word("multipart/\(kind)\(parameters);")
            header.word("boundary=\"\(boundary)\"")
            header.end()
            return .boundary(boundary)
        case .attachment(let attachment):
            return AttachmentHeader.append(attachment, to: &header)
                ? .content(attachment.content, isPlain: true) : .content(attachment.content, isPlain: false)
        }
    }

    private mutating func write(_ part: BodyPart, _ form: Form, isOutermost: Bool) {
        switch (part, form) {
        case (.text(let text, _), .text(let encoding)):
            TextBody.append(text.utf8.span, encoding, to: &writer.output, endsLine: isOutermost)
        case (.multipart(_, _, let parts), .boundary(let boundary)):
            for part in parts {
                delimit(boundary)
                let form = Self.form(of: part, random, &writer)
                writer.end()
                write(part, form, isOutermost: false)
            }
            delimit(boundary, isLast: true)
        case (.attachment(let attachment), .content(let content, let isPlain)):
            if isPlain, case .bytes(let chunks) = content.source {
                for chunk in chunks { writer.output += chunk }
            } else {
                flush()
                segments.append(.base64(content, fileName: attachment.fileName))
            }
        default: break
        }
    }

    private mutating func delimit(_ boundary: String, isLast: Bool = false) {
        // The line end before the boundary belongs to the boundary (RFC 2046, section 5.1.1).
        if !(writer.output.isEmpty && segments.isEmpty) { writer.end() }
        writer.append("--")
        writer.append(boundary)
        if isLast { writer.append("--") }
        writer.end()
    }
}
