public import GroundworkBase

/// Why a file with values could not be read. It names the file, never its contents.
public struct EnvFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of errors. An open set.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        /// The name of the kind.
        public let rawValue: String
        /// Names a kind.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The name of the kind.
        public var description: String { rawValue }

        /// There is no such file.
        public static let notFound = Code(rawValue: "not-found")
        /// The process may not read the file or enter one of its folders.
        public static let permissionDenied = Code(rawValue: "permission-denied")
        /// A directory, named pipe, device or socket stands in the place of the file.
        public static let notRegularFile = Code(rawValue: "not-regular-file")
        /// The file is longer than the limit.
        public static let tooLarge = Code(rawValue: "too-large")
        /// The file system did not answer in time.
        public static let timedOut = Code(rawValue: "timed-out")
        /// The system refused for another reason.
        public static let unreadable = Code(rawValue: "unreadable")
    }

    /// The kind.
    public let code: Code
    /// The file.
    public let path: String
    /// What is wrong.
    public let reason: String
    /// How to mend it.
    public let remedy: String
    /// What the system said, where it said something.
    public let underlyingError: SystemCallError?

    init(_ code: Code, path: String, reason: String, remedy: String, underlyingError: SystemCallError? = nil) {
        self.code = code
        self.path = path
        self.reason = reason
        self.remedy = remedy
        self.underlyingError = underlyingError
    }

    /// The file, what is wrong and how to mend it.
    public var description: String { "\(path): \(reason); \(remedy)" }
}
