/// Something that the audit was given and could not read. It never holds a value, a key or a piece of the input.
public struct AuditInputError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong. An open set.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        /// The name of the code.
        public let rawValue: String
        /// Names a code.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The name of the code.
        public var description: String { rawValue }

        /// The text is not JSON (RFC 8259) in UTF-8.
        public static let notJSON = Code(rawValue: "notJSON")
        /// The JSON is larger or more deeply nested than the audit reads.
        public static let tooLarge = Code(rawValue: "tooLarge")
        /// The JSON is not one of the shapes that the audit knows.
        public static let unknownShape = Code(rawValue: "unknownShape")
        /// The text is not an env file.
        public static let notEnvironmentFile = Code(rawValue: "notEnvironmentFile")
        /// A file or a folder cannot be read.
        public static let unreadable = Code(rawValue: "unreadable")
        /// The boot report was changed on its way, or was made with another key.
        public static let forgedReport = Code(rawValue: "forgedReport")
        /// The key of fingerprints is shorter than 32 bytes or made of too few different ones.
        public static let weakKey = Code(rawValue: "weakKey")
        /// The manifest was written for a newer reader.
        public static let newerFormat = Code(rawValue: "newerFormat")
        /// Two services of the audit have the same name.
        public static let duplicateService = Code(rawValue: "duplicateService")
        /// The cryptographic library failed.
        public static let cryptography = Code(rawValue: "cryptography")
    }

    /// What is wrong.
    public let code: Code
    /// What was read: a file's name or the command that prints it.
    public let input: String
    /// What is wrong, in a sentence, with the fix.
    public let reason: String

    /// An error with its input and a reason that ends with a full stop.
    public init(_ code: Code, input: String, reason: String) {
        self.code = code
        self.input = input
        self.reason = reason
    }

    /// A full sentence.
    public var description: String { "\(VisibleText.line(input)): \(reason)" }
}
