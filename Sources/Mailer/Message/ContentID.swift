/// The name of an inline part, to which HTML refers as `cid:…` (RFC 2392).
public struct ContentID: Sendable, Hashable, CustomStringConvertible {
    /// The name without angle brackets, with an `@` in it.
    public let rawValue: String

    /// Takes a name such as `logo@example.org`; a name without `@`, such as `logo`, gets `@inline`.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidAttachment`` unless it is letters, digits and `. - _ + @`.
    public init(_ text: String) throws(MailError) {
        let whole = text.utf8.contains(0x40) ? text : "\(text)@inline"
        let sides = whole.utf8.split(separator: 0x40, omittingEmptySubsequences: false)
        guard sides.count == 2, whole.utf8.count <= 200,
            sides.allSatisfy({ QuotedText.isDotAtom(String(decoding: $0, as: UTF8.self)) }),
            whole.utf8.allSatisfy({ $0.isAlphanumeric || [0x2E, 0x2D, 0x5F, 0x2B, 0x40].contains($0) })
        else {
            throw MailError(
                .invalidAttachment,
                "A Content-ID is letters, digits, and . - _ +, with an @ in it if you like, as in logo@example.org."
            )
        }
        rawValue = whole
    }

    /// The URL for HTML, such as `cid:logo@example.org`.
    public var url: String { "cid:\(rawValue)" }

    /// The name in angle brackets.
    public var description: String { "<\(rawValue)>" }
}
