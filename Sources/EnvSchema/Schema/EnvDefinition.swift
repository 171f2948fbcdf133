/// A declared variable without its type.
struct EnvDefinition: Sendable {
    /// A text that was read: the value for the property and, unless it is secret, its text.
    struct Reading: Sendable {
        let value: any Sendable
        let text: String?
    }

    var variable: EnvVariable
    /// The value when the variable is absent: a default, or nil of an optional; nil when it must be set.
    let fallback: Reading?
    /// Whether the fallback is a default and not only the nil of an optional.
    let hasDefault: Bool
    /// Whether the type itself hides its value.
    let isSecretType: Bool
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
