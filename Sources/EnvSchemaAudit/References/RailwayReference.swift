/// A reference to another variable, as Railway writes it: `${{Postgres.DATABASE_URL}}`, `${{shared.JWT_SECRET}}`,
/// `${{PORT}}`.
///
/// Source: https://docs.railway.com/reference/variables#reference-variables
public struct RailwayReference: Sendable, Hashable, CustomStringConvertible {
    /// Where the variable is.
    public enum Namespace: Sendable, Hashable {
        /// In the same service: `${{NAME}}`.
        case sameService
        /// Among the variables that the environment shares: `${{shared.NAME}}`.
        case shared
        /// In the service of this name, which is compared letter by letter: `${{Postgres.NAME}}`.
        case service(String)
    }

    /// Where the variable is.
    public var namespace: Namespace
    /// The name of the variable.
    public var variable: String

    /// A reference to a variable.
    public init(_ namespace: Namespace, _ variable: String) {
        self.namespace = namespace
        self.variable = variable
    }

    /// The reference as Railway writes it, without spaces.
    public var description: String {
        switch namespace {
        case .sameService: "${{\(variable)}}"
        case .shared: "${{shared.\(variable)}}"
        case .service(let name): "${{\(name).\(variable)}}"
        }
    }
}

/// Why a text holds no well-formed reference. It never repeats the text.
public struct RailwayReferenceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of errors. An open set.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        /// The name of the kind.
        public let rawValue: String
        /// Names a kind.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The name of the kind.
        public var description: String { rawValue }

        /// `${{` without `}}`.
        public static let unterminated = Code(rawValue: "unterminated")
        /// Nothing stands between the braces.
        public static let empty = Code(rawValue: "empty")
        /// `${{` stands in a reference.
        public static let nested = Code(rawValue: "nested")
        /// What stands for the variable is no name.
        public static let invalidName = Code(rawValue: "invalid-name")
        /// There is more than ``RailwayTemplate/maximumParts``.
        public static let tooMany = Code(rawValue: "too-many")
    }

    /// The kind.
    public let code: Code
    /// Where the reference begins, in bytes of UTF-8 from 0.
    public let offset: Int

    /// Makes an error.
    public init(code: Code, offset: Int) {
        self.code = code
        self.offset = offset
    }

    /// What is wrong, where, and how to mend it.
    public var description: String {
        let words =
            switch code {
            case .unterminated: "a reference has no closing }}; add it"
            case .empty: "a reference names no variable; write ${{SERVICE.NAME}}"
            case .nested: "a reference stands inside a reference; Railway knows no nesting"
            case .tooMany: "there are more than \(RailwayTemplate.maximumParts) references; split the value"
            default: "a reference names no variable of letters, digits and underscores; write ${{SERVICE.NAME}}"
            }
        return "byte \(offset): \(words)"
    }
}
