/// The header fields of a file.
enum AttachmentHeader {
    /// Writes them.
    /// - Returns: whether the content travels as it is, which only a whole message does.
    static func append(_ attachment: MailAttachment, to header: inout HeaderWriter) -> Bool {
        let isPlain = isPlainMessage(attachment)
        // A message must not be encoded (RFC 2046, section 5.2.1); one that cannot travel as it is travels as bytes.
        let type = attachment.contentType.type == "message" && !isPlain ? MailContentType.bytes : attachment.contentType
        header.begin("Content-Type")
        header.word(type.essence)
        for parameter in type.parameters where parameter.name != "name" && parameter.name != "boundary" {
            header.parameter(parameter.name, parameter.value)
        }
        header.fallbackNameParameter(attachment.fileName)
        header.end()
        header.field("Content-Transfer-Encoding", isPlain ? "7bit" : "base64")
        header.begin("Content-Disposition")
        header.word(attachment.disposition == .inline ? "inline" : "attachment")
        header.fileNameParameter("filename", attachment.fileName)
        header.end()
        if let id = attachment.contentID { header.field("Content-ID", id.description) }
        return isPlain
    }

    /// A `message/…` in memory whose lines are ASCII with CRLF, and none of which looks like a boundary of ours.
    private static func isPlainMessage(_ attachment: MailAttachment) -> Bool {
        guard attachment.contentType.type == "message", case .bytes(let chunks) = attachment.content.source else {
            return false
        }
        var column = 0
        var last: UInt8 = 0x0A
        var start: [UInt8] = []
        for byte in chunks.joined() {
            if (byte == 0x0A) != (last == 0x0D && byte == 0x0A) || (last == 0x0D && byte != 0x0A) { return false }
            guard byte < 0x80, byte >= 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A else { return false }
            if last == 0x0A {
                column = 0
                start.removeAll(keepingCapacity: true)
            }
            column += 1
            if column > 998 { return false }
            if start.count < 4 { start.append(byte) }
            if column == 4, start.elementsEqual("--=_".utf8) { return false }
            last = byte
        }
        return last != 0x0D
    }
}
