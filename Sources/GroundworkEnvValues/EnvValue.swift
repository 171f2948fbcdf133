public import GroundworkBase
public import GroundworkEnvModel

/// A type that an environment variable can have.
///
/// The common types conform already. Conform your own enum through ``EnvChoice``, and any type that is
/// `TextParsable` with one line, because the defaults do the rest:
///
///     extension CronExpression: @retroactive EnvValue {}
///
/// A conformer states in ``envLimitFields`` which limits it honours. All others are refused when a variable is
/// declared (``EnvLimits``), so that no limit is ever passed over in silence.
public protocol EnvValue: Sendable {
    /// The type as data.
    static var envType: EnvTypeDescription { get }

    /// Whether values are secret: never shown, never in documents, not even as defaults.
    static var envIsSecret: Bool { get }

    /// The limits that ``parse(envText:limits:)`` enforces.
    static var envLimitFields: Set<EnvLimits.Field> { get }

    /// Reads a value from the text of the variable.
    /// - Throws: `TextParsingError`, whose reason never repeats the text.
    static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Self

    /// The value as text that ``parse(envText:limits:)`` reads back; for defaults in documents. Nil when secret.
    var envText: String? { get }
}

extension EnvValue {
    /// Not secret.
    public static var envIsSecret: Bool { false }

    /// None.
    public static var envLimitFields: Set<EnvLimits.Field> { [] }
}
