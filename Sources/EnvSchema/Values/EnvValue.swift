public import GroundworkCore

/// A type that an environment variable can have.
///
/// Conform your own types through ``GroundworkCore/TextParsable`` or ``EnvChoice``, which is less to write.
public protocol EnvValue: Sendable {
    /// The type as data.
    static var envType: EnvTypeDescription { get }

    /// Whether values are secret: never shown, never in documents, not even as defaults.
    static var envIsSecret: Bool { get }

    /// Reads a value from the text of the variable.
    /// - Throws: ``GroundworkCore/TextParsingError``, whose reason never repeats the text.
    static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Self

    /// The value as text that ``parse(envText:limits:)`` reads back; for defaults in documents. Nil when secret.
    var envText: String? { get }
}

extension EnvValue {
    /// Not secret.
    public static var envIsSecret: Bool { false }
}
