/// One reply of a server (RFC 5321, section 4.2): a code and the text of its lines.
package struct SMTPReply: Sendable, Hashable, CustomStringConvertible {
    /// Three digits, 200 to 599.
    package let code: Int
    /// The lines without codes, joined by line feeds. Bytes that are no UTF-8 are replaced, other controls are spaces.
    package let text: String

    package init(code: Int, text: String) {
        self.code = code
        self.text = text
    }

    /// The command was done, or the content taken.
    package var isPositive: Bool { (200..<300).contains(code) }

    /// The server waits for more: the content after `DATA`, an answer within `AUTH`.
    package var isIntermediate: Bool { (300..<400).contains(code) }

    /// Refused for now.
    package var isTransient: Bool { (400..<500).contains(code) }

    /// Refused for good.
    package var isPermanent: Bool { code >= 500 }

    /// The server ends the connection (RFC 5321, section 3.8); nothing follows.
    package var closesConnection: Bool { code == 421 }

    /// The lines of the text.
    package var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// Code and text in one line: a space stands for every control character and between two lines.
    package var description: String { text.isEmpty ? "\(code)" : "\(code) \(MailText.replacingControls(in: text))" }
}
