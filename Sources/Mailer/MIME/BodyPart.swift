/// The parts of a message as a tree.
enum BodyPart {
    /// A text of a type such as `text/html`.
    case text(String, type: String)
    /// A file or an inline image.
    case attachment(MailAttachment)
    /// Parts under one `multipart/…`.
    case multipart(String, parameters: String, [BodyPart])

    /// The tree of a message: mixed (alternative (plain, related (html, images), calendar), files); what has one part
    /// only is that part.
    init(_ message: MailMessage) {
        var inline: [MailAttachment] = []
        var files: [MailAttachment] = []
        for attachment in message.attachments {
            if message.html != nil, attachment.disposition == .inline {
                inline.append(attachment)
            } else {
                files.append(attachment)
            }
        }
        var alternatives: [BodyPart] = []
        if let text = message.text ?? message.html.map(PlainText.from(html:)) {
            alternatives.append(.text(text, type: "text/plain"))
        }
        if let html = message.html {
            let part = BodyPart.text(html, type: "text/html")
            alternatives.append(
                inline.isEmpty
                    ? part
                    : .multipart("related", parameters: "; type=\"text/html\"", [part] + inline.map { .attachment($0) })
            )
        }
        if let calendar = message.calendar {
            alternatives.append(.text(calendar.text, type: "text/calendar; method=\(calendar.method.rawValue)"))
        }
        if alternatives.isEmpty { alternatives.append(.text("", type: "text/plain")) }
        let body = alternatives.count == 1 ? alternatives[0] : .multipart("alternative", parameters: "", alternatives)
        self = files.isEmpty ? body : .multipart("mixed", parameters: "", [body] + files.map { .attachment($0) })
    }
}
