/// What a server said, whatever it speaks: an SMTP reply, or the error of an HTTP API.
public struct MailReply: Sendable, Hashable, CustomStringConvertible {
    /// The name that an HTTP API gives its error, such as `rate_limit_exceeded`. The set is open.
    public struct Name: Sendable, Hashable, CustomStringConvertible {
        /// The name as the API writes it.
        public let rawValue: String

        /// Any name.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        /// The name as the API writes it.
        public var description: String { rawValue }
    }

    /// The reply code of SMTP (RFC 5321, section 4.2) or the status of HTTP; nil where there is none.
    public var code: Int?
    /// The enhanced status code, where the server gave one (RFC 2034).
    public var enhancedCode: EnhancedStatusCode?
    /// The server's words; lines of an SMTP reply are joined by a line feed. Bounded by whoever read it.
    public var text: String
    /// The API's name for it, where it has one.
    public var name: Name?

    /// Makes a reply.
    public init(code: Int? = nil, enhancedCode: EnhancedStatusCode? = nil, text: String = "", name: Name? = nil) {
        self.code = code
        self.enhancedCode = enhancedCode
        self.text = text
        self.name = name
    }

    /// Code, enhanced code, name and text in one line; what is not there is left out, and control characters are spaces.
    public var description: String {
        [code.map(String.init), enhancedCode?.description, name?.rawValue, text.isEmpty ? nil : text]
            .compactMap { $0 }
            .map { MailText.replacingControls(in: $0) }
            .joined(separator: " ")
    }

    /// Code, enhanced code and name, for errors and logs: the server's words may repeat an address, or a link with a token.
    var codes: String {
        // A name that is no name is words as well.
        let isName = name?.rawValue.utf8.allSatisfy { $0.isAlphanumeric || [0x2D, 0x2E, 0x5F].contains($0) } ?? false
        return [code.map(String.init), enhancedCode?.description, isName ? name?.rawValue : nil]
            .compactMap { $0 }
            .joined(separator: " ")
    }
}
