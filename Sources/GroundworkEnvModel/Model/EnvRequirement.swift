/// Whether a variable must have a value.
public struct EnvRequirement: Sendable, Hashable {
    /// The rule where no exception applies.
    public enum Base: String, Sendable, Hashable {
        /// Must be set.
        case required
        /// May be absent; the property is nil then.
        case optional
        /// May be absent; the default is used then.
        case defaulted
    }

    /// The rule where no exception applies.
    public var base: Base
    /// The environments in which the variable may be absent although it is required elsewhere.
    public var optionalIn: [EnvMode]
    /// The environments in which the variable must be set although it may be absent elsewhere.
    public var requiredIn: [EnvMode]

    /// A requirement and its exceptions.
    public init(_ base: Base, optionalIn: [EnvMode] = [], requiredIn: [EnvMode] = []) {
        self.base = base
        self.optionalIn = optionalIn
        self.requiredIn = requiredIn
    }

    /// Whether the variable must be set in `mode`.
    public func isRequired(in mode: EnvMode) -> Bool {
        if requiredIn.contains(mode) { return true }
        return base == .required && !optionalIn.contains(mode)
    }
}
