/// Something wrong with a secret, or with a value that should be one. It never holds the value, nor a piece of it.
public struct SecretFinding: Sendable, Hashable, CustomStringConvertible {
    /// The kinds of findings. An open set.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        /// The name of the kind.
        public let rawValue: String
        /// Names a kind.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The name of the kind.
        public var description: String { rawValue }
        /// Shorter than its kind allows.
        public static let tooShort = Code(rawValue: "too-short")
        /// Too regular to be random.
        public static let lowEntropy = Code(rawValue: "low-entropy")
        /// A text that stands for a value, such as `changeme`.
        public static let placeholder = Code(rawValue: "placeholder")
        /// A value that a vendor prints in its documentation, or the schema as its example.
        public static let publicExample = Code(rawValue: "public-example")
        /// Not of the form that the vendor's keys have.
        public static let wrongShape = Code(rawValue: "wrong-shape")
        /// A private key that cannot be used, or no private key.
        public static let weakKey = Code(rawValue: "weak-key")
        /// A variable that is not declared secret holds a secret.
        public static let undeclaredSecret = Code(rawValue: "undeclared-secret")
        /// A value made for development is used in production.
        public static let developmentValue = Code(rawValue: "development-value")
        /// Two variables hold the same secret.
        public static let reused = Code(rawValue: "reused")
    }

    /// How bad it is.
    public enum Severity: String, Sendable, Hashable, CaseIterable {
        /// The service will fail or is open to everybody.
        case error
        /// Should be mended.
        case warning
    }

    /// The kind.
    public var code: Code
    /// How bad it is.
    public var severity: Severity
    /// The variable.
    public var variable: String
    /// What was found, in words that follow the name of the variable.
    public var message: String
    /// What to do, in words.
    public var remedy: String

    /// Describes a finding.
    public init(_ code: Code, _ severity: Severity, variable: String, message: String, remedy: String) {
        self.code = code
        self.severity = severity
        self.variable = variable
        self.message = message
        self.remedy = remedy
    }

    /// A line to read.
    public var description: String { "\(variable) \(message); \(remedy)" }
}
