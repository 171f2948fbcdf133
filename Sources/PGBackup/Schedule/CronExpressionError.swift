import GroundworkCore

/// Why a text is no cron expression.
public struct CronExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of mistake. The set is open: a `switch` needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// There are more or fewer than five fields, seconds of 0 before them apart, or the text is too long.
        public static let fieldCount = Code("fieldCount")
        /// It begins with `@` and is none of the known names.
        public static let unknownName = Code("unknownName")
        /// A value is neither a number nor a name of the field.
        public static let invalidValue = Code("invalidValue")
        /// A value is smaller or greater than the field allows.
        public static let outOfRange = Code("outOfRange")
        /// A range ends before it begins.
        public static let reversedRange = Code("reversedRange")
        /// A step is zero, no number, or longer than the range.
        public static let invalidStep = Code("invalidStep")
        /// There is no day like that, such as the 31st of February.
        public static let neverDue = Code("neverDue")

        /// The code's name.
        public var description: String { name }
    }

    /// The kind of mistake.
    public let code: Code
    /// The field that is wrong; nil when it is the whole.
    public let field: CronExpression.Field?
    /// The place in the text, in UTF-8 bytes from 0.
    public let offset: Int
    /// What is wrong, and what would be right.
    public let reason: String
    /// The text, cut to 200 bytes.
    public let text: String

    init(_ code: Code, field: CronExpression.Field? = nil, at offset: Int, in text: String, _ reason: String) {
        self.code = code
        self.field = field
        self.offset = offset
        self.reason = reason
        self.text = String(decoding: text.utf8.prefix(200), as: UTF8.self)
    }

    /// The field and the reason as one sentence, without the text.
    var sentence: String {
        guard let field else { return reason }
        let ordinal = ["first", "second", "third", "fourth", "fifth"][min(max(field.index, 0), 4)]
        return "in the \(field.name), the \(ordinal) field, \(reason)"
    }

    /// The sentence and the place.
    public var description: String { "\(sentence) (at byte \(offset) of \(text.debugDescription))" }

    /// The text, and below it a mark under the place: two lines for a terminal.
    public var marked: String {
        let printable = text.utf8.map { (0x20...0x7E).contains($0) ? $0 : 0x3F }
        let column = min(max(offset, 0), printable.count)
        return String(decoding: printable, as: UTF8.self) + "\n" + String(repeating: " ", count: column) + "^"
    }
}
