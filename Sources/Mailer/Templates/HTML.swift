/// A piece of HTML. What stands in the literal is HTML; what is put into it is text, and is escaped.
///
///     let name = "<script>"
///     let greeting: HTML = "<p>Hello \(name)</p>"      // <p>Hello &lt;script&gt;</p>
///     let bold: HTML = "<b>\(greeting)</b>"            // HTML stays HTML
///     let trusted: HTML = "<div>\(raw: fragment)</div>" // not escaped: only for HTML that you made
///
/// Escaped text is safe between tags and inside quoted attributes. A link goes in as a ``MailLink``, which cannot be
/// `javascript:`.
public struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// The HTML.
    public private(set) var source: String

    /// Takes a literal as HTML.
    public init(stringLiteral value: String) { source = value }

    /// Takes a literal with escaped values in it.
    public init(stringInterpolation: StringInterpolation) { source = stringInterpolation.source }

    /// Takes text, which is escaped.
    public init(text: String) { source = Self.escaped(text) }

    /// Takes HTML that is trusted. Never give it what a user wrote.
    public init(raw: String) { source = raw }

    /// The HTML.
    public var description: String { source }

    /// The text with `& < > " '` as references, and a replacement for what no HTML may hold.
    public static func escaped(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count + 16)
        for byte in text.utf8 {
            switch byte {
            case 0x26: result += "&amp;".utf8
            case 0x3C: result += "&lt;".utf8
            case 0x3E: result += "&gt;".utf8
            case 0x22: result += "&quot;".utf8
            case 0x27: result += "&#39;".utf8
            case 0x09, 0x0A, 0x0D: result.append(byte)
            case 0x00..<0x20, 0x7F: result.append(0x20)
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// A link with a label, for paragraphs: underlined, in a colour of the brand that can be read, and light in the dark.
    public static func link(_ label: String, _ link: MailLink, _ context: MailTemplateContext) -> HTML {
        "<a href=\"\(link)\" rel=\"noreferrer\" class=\"gw-link\" style=\"color:\(MailLayout.linkColor(context.brand));text-decoration:underline\">\(label)</a>"
    }

    /// One after the other.
    public static func + (lhs: HTML, rhs: HTML) -> HTML { HTML(raw: lhs.source + rhs.source) }

    /// Puts values into a literal.
    public struct StringInterpolation: StringInterpolationProtocol {
        var source = ""

        /// Begins with room for the literal.
        public init(literalCapacity: Int, interpolationCount: Int) {
            source.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        /// Takes the literal's own HTML.
        public mutating func appendLiteral(_ literal: String) { source += literal }

        /// Takes text and escapes it.
        public mutating func appendInterpolation(_ text: String) { source += HTML.escaped(text) }

        /// Takes a number.
        public mutating func appendInterpolation(_ number: Int) { source += String(number) }

        /// Takes HTML as it is.
        public mutating func appendInterpolation(_ html: HTML) { source += html.source }

        /// Takes a link, for the value of a quoted attribute or as text.
        public mutating func appendInterpolation(_ link: MailLink) { source += HTML.escaped(link.text) }

        /// Takes HTML that is trusted. Never give it what a user wrote.
        public mutating func appendInterpolation(raw html: String) { source += html }
    }
}
