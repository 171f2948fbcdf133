/// A type that is written as one line of text: a cron expression, a mailbox, a database URL.
///
/// Products own such types and conform them here; `EnvSchema` reads any of them from the environment and quotes
/// ``expectedText`` when the text does not fit.
///
///     struct Port: TextParsable {
///         static let expectedText = "a TCP port, 1 to 65535"
///         let number: UInt16
///         init(parsing text: String) throws(TextParsingError) {
///             guard let number = UInt16(text), number > 0 else {
///                 throw TextParsingError("it is not a number from 1 to 65535")
///             }
///             self.number = number
///         }
///     }
public protocol TextParsable: Sendable {
    /// What is expected, in words that complete "expected …".
    static var expectedText: String { get }

    /// Reads the value.
    /// - Throws: ``TextParsingError``, whose reason never repeats the text: it may be a secret.
    init(parsing text: String) throws(TextParsingError)
}

/// Why a text could not be read.
public struct TextParsingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, in words, without the text itself.
    public let reason: String
    /// The position in the text, in UTF-8 bytes from 0, where that is known.
    public let offset: Int?

    /// Makes an error with a reason and, where known, the place.
    public init(_ reason: String, offset: Int? = nil) {
        self.reason = reason
        self.offset = offset
    }

    /// The reason and the place.
    public var description: String {
        offset.map { "\(reason) (at byte \($0))" } ?? reason
    }
}
