/// A file that goes with a message, or an image inside its HTML.
public struct MailAttachment: Sendable {
    /// How a reader shows it (RFC 2183).
    public enum Disposition: Sendable, Hashable {
        /// As a file beside the message.
        case attachment
        /// Inside the message, where HTML refers to its ``MailAttachment/contentID``.
        case inline
    }

    /// The name that the reader sees. Any Unicode text without control characters and slashes.
    public let fileName: String
    /// What the bytes are.
    public let contentType: MailContentType
    /// Where the bytes come from. A body that can be read once only can be sent once only.
    public let content: HTTPBody
    /// How a reader shows it.
    public let disposition: Disposition
    /// The name to which HTML refers; inline parts have one.
    public let contentID: ContentID?

    /// The longest file name, in UTF-8 bytes.
    public static let maximumFileNameLength = 255

    /// Makes an attachment.
    /// - Parameters:
    ///   - fileName: the name that the reader sees.
    ///   - contentType: what the bytes are; nil judges by the name's extension.
    ///   - content: the bytes, a file, or a stream.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidAttachment`` when the name is empty, longer than
    ///   ``maximumFileNameLength``, or has a control character or a slash.
    public init(fileName: String, contentType: MailContentType? = nil, content: HTTPBody) throws(MailError) {
        try self.init(fileName, contentType, content, .attachment, nil)
    }

    /// Makes an image for the HTML, which refers to it as `cid:…`.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidAttachment``.
    public static func inline(
        _ contentID: ContentID,
        fileName: String,
        contentType: MailContentType? = nil,
        content: HTTPBody
    ) throws(MailError) -> MailAttachment {
        try MailAttachment(fileName, contentType, content, .inline, contentID)
    }

    private init(
        _ fileName: String,
        _ contentType: MailContentType?,
        _ content: HTTPBody,
        _ disposition: Disposition,
        _ contentID: ContentID?
    ) throws(MailError) {
        guard (1...Self.maximumFileNameLength).contains(fileName.utf8.count), MailText.isClean(fileName),
            !fileName.utf8.contains(0x2F), !fileName.utf8.contains(0x5C)
        else {
            throw MailError(
                .invalidAttachment,
                "A file name has 1 to \(Self.maximumFileNameLength) bytes and neither control characters nor slashes."
            )
        }
        self.fileName = fileName
        self.contentType = contentType ?? MailContentType.guessed(from: fileName)
        self.content = content
        self.disposition = disposition
        self.contentID = contentID
    }
}

extension MailContentType {
    private static let byExtension: [String: (String, String)] = [
        "pdf": ("application", "pdf"), "zip": ("application", "zip"), "json": ("application", "json"),
        "xml": ("application", "xml"), "gz": ("application", "gzip"), "png": ("image", "png"), "gif": ("image", "gif"),
        "jpg": ("image", "jpeg"), "jpeg": ("image", "jpeg"), "webp": ("image", "webp"), "svg": ("image", "svg+xml"),
        "txt": ("text", "plain"), "csv": ("text", "csv"), "html": ("text", "html"), "ics": ("text", "calendar"),
        "eml": ("message", "rfc822"), "mp3": ("audio", "mpeg"), "mp4": ("video", "mp4"),
        "docx": ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
        "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ]

    /// The type that the name's extension stands for; `application/octet-stream` for any other.
    static func guessed(from fileName: String) -> MailContentType {
        let name = Array(fileName.utf8)
        guard let dot = name.lastIndex(of: 0x2E),
            let pair = byExtension[String(decoding: name[(dot + 1)...], as: UTF8.self).lowercasedASCII()]
        else { return .bytes }
        return MailContentType(type: pair.0, subtype: pair.1)
    }
}
