import GroundworkCore

/// A message as a reader decodes it: headers unfolded, encoded words and bodies decoded.
///
/// A small reader for tests. It is written apart from the composer, and knows what mail programs of today send.
public struct ReceivedMail: Sendable {
    /// A part that is no multipart.
    public struct Part: Sendable {
        /// Its own headers, decoded, in order.
        public var headers: [(name: String, value: String)]
        /// Its type in lower case, such as `text/plain`.
        public var contentType: String
        /// The name of the file, decoded.
        public var fileName: String?
        /// The Content-ID without its angle brackets.
        public var contentID: String?
        /// The decoded bytes.
        public var body: [UInt8]

        /// The body as UTF-8 text with line feeds.
        public var text: String {
            String(decoding: body.filter { $0 != 0x0D }, as: UTF8.self)
        }
    }

    /// The message's headers, decoded, in order.
    public let headers: [(name: String, value: String)]
    /// The parts, those inside others too.
    public let parts: [Part]

    /// Reads a message.
    /// - Throws: ``ReceivedMailError`` when it is none, or is nested deeper than ten parts.
    public init(parsing source: [UInt8]) throws(ReceivedMailError) {
        let (head, body) = try MIMEEntity.split(source[...])
        headers = MIMEEntity.headers(head)
        var parts: [Part] = []
        try MIMEEntity.read(headers, body, depth: 0, into: &parts)
        self.parts = parts
    }

    /// The first header of a name; case does not count.
    public func header(_ name: String) -> String? { MIMEEntity.value(headers, name) }

    /// The first part of plain text that is no file.
    public var text: String? { body("text/plain") }
    /// The first part of HTML that is no file.
    public var html: String? { body("text/html") }
    /// The parts with a file name.
    public var attachments: [Part] { parts.filter { $0.fileName != nil } }

    private func body(_ type: String) -> String? {
        parts.first { $0.contentType == type && $0.fileName == nil }?.text
    }
}

/// Why bytes are no message.
public struct ReceivedMailError: Error, Sendable, CustomStringConvertible {
    /// The reason as a sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}
