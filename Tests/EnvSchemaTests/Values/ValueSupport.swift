import EnvSchema
import GroundworkBase

/// Limits in one expression.
func limits(_ change: (inout EnvLimits) -> Void) -> EnvLimits {
    var limits = EnvLimits()
    change(&limits)
    return limits
}

/// The value, or nil when the text does not fit.
func read<Value: EnvValue>(_ type: Value.Type, _ text: String, _ limits: EnvLimits = EnvLimits()) -> Value? {
    try? Value.parse(envText: text, limits: limits)
}

/// Why a text does not fit; nil when it does.
func refusal(_ type: any EnvValue.Type, _ text: String, _ limits: EnvLimits = EnvLimits()) -> String? {
    func parse<Value: EnvValue>(_ type: Value.Type) -> String? {
        do throws(TextParsingError) {
            _ = try Value.parse(envText: text, limits: limits)
            return nil
        } catch { return error.description }
    }
    return parse(type)
}
