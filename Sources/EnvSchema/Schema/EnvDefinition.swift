import GroundworkBase
import GroundworkEnvModel
import GroundworkEnvValues

/// A declared variable without its type. A class because it is large, is never changed and is handed around.
final class EnvDefinition: Sendable {
    /// A text that was read: the value for the property and, unless it is secret, its text.
    struct Reading: Sendable {
        let value: any Sendable
        let text: String?
    }

    let variable: EnvVariable
    /// The value when the variable is absent: a default, or nil of an optional; nil when it must be set.
    let fallback: Reading?
    /// Whether the fallback is a default and not only the nil of an optional.
    let hasDefault: Bool
    /// The text of the default, that of a secret too; nil when it has none.
    let defaultText: Secret<String>?
    /// Whether the type itself hides its value.
    let isSecretType: Bool
    /// What is wrong with the limits, in full sentences.
    let limitFaults: [String]
    /// What is wrong with the default; nil when nothing is or it has no text.
    let defaultFault: TextParsingError?
    let parse: @Sendable (String) -> Result<Reading, TextParsingError>

    init<Value>(_ declaration: EnvVar<Value>) {
        let variable = declaration.variable
        self.variable = variable
        fallback = declaration.defaultValue.map {
            Reading(value: ParsedValue(value: $0), text: variable.defaultText)
        }
        hasDefault = declaration.hasDefault
        isSecretType = Value.envIsSecret
        let limits = variable.limits
        limitFaults = limits.problems(for: Value.self)
        defaultText = declaration.hasDefault ? declaration.defaultValue.flatMap(Self.text).map { Secret($0) } : nil
        defaultFault = defaultText?.withValue { Self.fault(of: $0, as: Value.self, limits: limits) }
        parse = { text in
            do throws(TextParsingError) {
                let value = try Value.parse(envText: text, limits: limits)
                return .success(
                    Reading(value: ParsedValue(value: value), text: variable.isSecret ? nil : value.envText ?? text)
                )
            } catch {
                return .failure(error)
            }
        }
    }
}

extension EnvDefinition {
    private static func text<Value: EnvValue>(_ value: Value) -> String? {
        value.envText ?? (value as? any HiddenText)?.hiddenText
    }

    /// Why a default would not be read back; nil when it would.
    private static func fault<Value: EnvValue>(
        of text: String,
        as type: Value.Type,
        limits: EnvLimits
    ) -> TextParsingError? {
        do throws(TextParsingError) { _ = try Value.parse(envText: text, limits: limits) } catch { return error }
        return nil
    }
}

/// A secret whose text is needed to check a default.
private protocol HiddenText {
    var hiddenText: String? { get }
}

extension Secret: HiddenText where Value: EnvValue {
    fileprivate var hiddenText: String? { withValue { $0.envText } }
}

/// A property of a schema, whatever its type.
protocol EnvProperty {
    var definition: EnvDefinition? { get }
}

extension Env: EnvProperty {
    var definition: EnvDefinition? {
        guard case .declared(let variable) = state else { return nil }
        return EnvDefinition(variable)
    }
}
