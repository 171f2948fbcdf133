import GroundworkCore

/// A parameter of `MAIL` or `RCPT`: a keyword, and perhaps a value (RFC 5321, section 4.1.2).
package struct SMTPParameter: Sendable, Hashable {
    /// The parameter as it is sent, without the space before it.
    package let text: String

    /// Takes a keyword and its value.
    /// - Returns: nil unless the keyword is letters, digits and hyphens, and the value printable ASCII without spaces and
    ///   equals signs; neither can end the command.
    package init?(_ keyword: String, _ value: String? = nil) {
        guard (1...64).contains(keyword.utf8.count), keyword.utf8.first?.isAlphanumeric == true,
            keyword.utf8.allSatisfy({ $0.isAlphanumeric || $0 == 0x2D })
        else { return nil }
        guard let value else {
            text = keyword
            return
        }
        guard (1...256).contains(value.utf8.count),
            value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3D })
        else { return nil }
        text = "\(keyword)=\(value)"
    }
}
