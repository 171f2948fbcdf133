import FoundationEssentials

/// Something that works still, and will not much longer.
public struct AppleSignInWarning: Sendable, Hashable, CustomStringConvertible {
    /// What it is about. The set is open.
    public struct Code: Sendable, Hashable {
        /// The code's name.
        public let rawValue: String
        /// Any code, also one that is not listed here.
        public init(_ rawValue: String) { self.rawValue = rawValue }
        /// Apple refused a key, and the next one is used.
        public static let keyRefused = Code("keyRefused")
        /// A client secret that lives outside nears its end.
        public static let exportedSecretExpires = Code("exportedSecretExpires")
    }

    /// What it is about.
    public let code: Code
    /// A full sentence with the remedy.
    public let message: String

    /// The message.
    public var description: String { message }

    static func keyRefused(teamID: String, keyID: String, nextKeyID: String) -> AppleSignInWarning {
        AppleSignInWarning(
            code: .keyRefused,
            message: "Apple refused the key \(keyID) of the team \(teamID); \(nextKeyID) is used instead. "
                + "Take the old key out of the configuration if it was revoked."
        )
    }

    static func exportedSecretExpires(clientID: String, at date: Date) -> AppleSignInWarning {
        AppleSignInWarning(
            code: .exportedSecretExpires,
            message: "The exported client secret of \(clientID) dies at \(date.formatted(.iso8601)); "
                + "export a new one and paste it before then."
        )
    }
}
