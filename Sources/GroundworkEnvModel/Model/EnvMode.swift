/// The environment that a service runs in. An open set: a platform may have others.
public struct EnvMode: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
    /// The name, in lower case.
    public let rawValue: String

    /// Names an environment.
    public init(rawValue: String) { self.rawValue = rawValue.lowercased() }

    /// The name.
    public var description: String { rawValue }

    /// Serves users.
    public static let production = EnvMode(rawValue: "production")
    /// A deployment of a proposed change; sealed secrets are absent there.
    public static let preview = EnvMode(rawValue: "preview")
    /// A developer's machine.
    public static let development = EnvMode(rawValue: "development")
    /// Automated tests.
    public static let test = EnvMode(rawValue: "test")
    /// Building an image, where no secret exists.
    public static let build = EnvMode(rawValue: "build")

    /// Those five.
    public static let wellKnown: [EnvMode] = [.production, .preview, .development, .test, .build]
}
