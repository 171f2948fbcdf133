public import GroundworkBase
public import GroundworkEnvModel

/// A TCP or UDP port, 1 to 65535.
public struct Port: EnvValue, TextParsable, LosslessStringConvertible, Hashable, Comparable {
    /// The number.
    public let number: UInt16

    /// "a port, 1 to 65535".
    public static let expectedText = "a port, 1 to 65535"

    /// `port`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(name: "port", expected: expectedText, jsonType: "integer", example: "8080")
    }

    /// The range.
    public static var envLimitFields: Set<EnvLimits.Field> { [.minimum, .maximum] }

    /// A port; nil for 0, which asks the system to choose one.
    public init?(_ number: UInt16) {
        guard number > 0 else { return nil }
        self.number = number
    }

    /// Reads a port; nil when it is none.
    public init?(_ description: String) {
        guard let port = try? Port(parsing: description) else { return nil }
        self = port
    }

    /// Reads a port.
    public init(parsing text: String) throws(TextParsingError) {
        guard let port = Port(try UInt16.parse(envText: text, limits: EnvLimits())) else {
            throw TextParsingError("it is 0, which is no port")
        }
        self = port
    }

    /// Reads a port and checks its range.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Port {
        let port = try Port(parsing: text)
        try limits.check(number: Double(port.number))
        return port
    }

    /// The number.
    public var description: String { String(number) }

    /// A smaller number.
    public static func < (lhs: Port, rhs: Port) -> Bool { lhs.number < rhs.number }
}
