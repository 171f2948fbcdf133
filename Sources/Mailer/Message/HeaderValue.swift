/// The text of a header field: any Unicode text without control characters and line separators.
///
/// Because no such value can be made, nothing that is written as a header can end its line. What is not ASCII is
/// written as encoded words (RFC 2047).
public struct HeaderValue: Sendable, Hashable, CustomStringConvertible {
    /// The text.
    public let text: String

    /// The longest text, in UTF-8 bytes.
    public static let maximumLength = 32 << 10

    /// Takes a text.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidHeader`` when it has a control character, such as a line
    ///   end, or is longer than ``maximumLength``.
    public init(_ text: String) throws(MailError) {
        guard text.utf8.count <= Self.maximumLength else {
            throw MailError(.limitExceeded, "A header's value is longer than \(Self.maximumLength) bytes.")
        }
        if let position = MailText.firstControl(in: text) {
            throw MailError(
                .invalidHeader,
                "A header's value has a control character or a line end at byte \(position); take it out, or use "
                    + "HeaderValue(cleaning:)."
            )
        }
        self.text = text
    }

    /// Takes any text: control characters and line separators become spaces, and what is beyond ``maximumLength`` is
    /// cut off between two characters. For text of users, such as a name in a subject.
    public init(cleaning text: String) {
        let clean = MailText.replacingControls(in: text)
        self.text = clean.utf8.count <= Self.maximumLength ? clean : clean.prefix(bytes: Self.maximumLength)
    }

    /// The text.
    public var description: String { text }
}

extension String {
    /// The longest beginning of whole characters that has no more than so many UTF-8 bytes.
    func prefix(bytes limit: Int) -> String {
        var count = 0
        var end = startIndex
        while end < endIndex {
            let next = index(after: end)
            count += self[end..<next].utf8.count
            if count > limit { break }
            end = next
        }
        return String(self[..<end])
    }
}
