extension AuditFinding {
    /// The kinds of findings. An open set.
    public struct Code: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
        /// The name of the kind.
        public let rawValue: String
        /// Names a kind.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The name of the kind.
        public var description: String { rawValue }

        /// A variable that must be set is absent.
        public static let missing = Code(rawValue: "missing")
        /// A variable is set to an empty text, which counts as missing.
        public static let empty = Code(rawValue: "empty")
        /// The service has no value source yet.
        public static let newService = Code(rawValue: "new-service")
        /// A reference to a service that does not exist.
        public static let danglingService = Code(rawValue: "dangling-service")
        /// A reference to a variable that does not exist.
        public static let danglingVariable = Code(rawValue: "dangling-variable")
        /// A reference in the wrong case; names are case-sensitive.
        public static let wrongCase = Code(rawValue: "wrong-case")
        /// References that go in a circle.
        public static let cyclicReference = Code(rawValue: "cyclic-reference")
        /// A variable that refers to itself.
        public static let selfReference = Code(rawValue: "self-reference")
        /// A reference to another environment.
        public static let crossEnvironment = Code(rawValue: "cross-environment")
        /// Text that begins like a reference and is none.
        public static let malformedReference = Code(rawValue: "malformed-reference")
        /// References that are nested too deep or grow too large.
        public static let referenceTooLarge = Code(rawValue: "reference-too-large")
        /// A reference to something that the audit does not see.
        public static let unverifiedReference = Code(rawValue: "unverified-reference")
        /// A deployed variable that the schema does not declare.
        public static let unknownVariable = Code(rawValue: "unknown-variable")
        /// A variable that is read under an old name.
        public static let deprecatedName = Code(rawValue: "deprecated-name")
        /// A value that must or should be the same elsewhere and is not.
        public static let valueMismatch = Code(rawValue: "value-mismatch")
        /// The same value set twice, where one should refer to the other.
        public static let copiedValue = Code(rawValue: "copied-value")
        /// Values that could not be compared.
        public static let unverifiedMatch = Code(rawValue: "unverified-match")
        /// The service whose value is to be matched is not part of the audit.
        public static let unknownOwner = Code(rawValue: "unknown-owner")
        /// A rule over several variables is broken.
        public static let brokenRule = Code(rawValue: "broken-rule")
        /// A rule that could not be decided because a value is not known.
        public static let undecidedRule = Code(rawValue: "undecided-rule")
        /// A value that the variable's type does not allow.
        public static let invalidValue = Code(rawValue: "invalid-value")
        /// A secret that is weak or a placeholder.
        public static let weakSecret = Code(rawValue: "weak-secret")
        /// The same secret under two names.
        public static let reusedSecret = Code(rawValue: "reused-secret")
        /// A secret that Railway shows to everybody with access to the project.
        public static let unsealedSecret = Code(rawValue: "unsealed-secret")
        /// The key of the audit is still deployed.
        public static let auditKeyLeft = Code(rawValue: "audit-key-left")
        /// A boot report that is too old or of another deployment.
        public static let staleReport = Code(rawValue: "stale-report")
        /// Something odd about a value source.
        public static let sourceWarning = Code(rawValue: "source-warning")
        /// Anything else.
        public static let other = Code(rawValue: "other")
    }
}
