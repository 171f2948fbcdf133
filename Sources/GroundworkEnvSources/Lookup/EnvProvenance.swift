/// Why a variable has the value that it has, without the value.
public struct EnvProvenance: Sendable, Hashable, CustomStringConvertible {
    /// A place where a value stood that was not used.
    public struct Unused: Sendable, Hashable {
        /// The place.
        public var origin: EnvOrigin
        /// Why it was not used, in words such as "an earlier source has one".
        public var reason: String

        /// Describes an unused value.
        public init(origin: EnvOrigin, reason: String) {
            self.origin = origin
            self.reason = reason
        }
    }

    /// The variable.
    public var variable: String
    /// Where its value stood; nil when there is none.
    public var origin: EnvOrigin?
    /// Where values stood that were not used, in order of precedence.
    public var unused: [Unused]

    /// Describes where a value comes from.
    public init(variable: String, origin: EnvOrigin?, unused: [Unused] = []) {
        self.variable = variable
        self.origin = origin
        self.unused = unused
    }

    /// Such as `PORT comes from process`, and a line per value that was not used.
    public var description: String {
        var text = origin.map { "\(variable) comes from \($0)" } ?? "\(variable) has no value"
        for place in unused { text += "\n    not used: \(place.origin), \(place.reason)" }
        return text
    }
}
