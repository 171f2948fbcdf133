import GroundworkBase
public import GroundworkEnvModel

extension EnvLimits {
    /// One of the limits, to say which a type honours.
    public struct Field: Sendable, Hashable, RawRepresentable {
        /// The name of the property.
        public let rawValue: String
        /// Names a limit.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// ``EnvLimits/minimum``.
        public static let minimum = Field(rawValue: "minimum")
        /// ``EnvLimits/maximum``.
        public static let maximum = Field(rawValue: "maximum")
        /// ``EnvLimits/minimumLength``.
        public static let minimumLength = Field(rawValue: "minimumLength")
        /// ``EnvLimits/maximumLength``.
        public static let maximumLength = Field(rawValue: "maximumLength")
        /// ``EnvLimits/minimumCount``.
        public static let minimumCount = Field(rawValue: "minimumCount")
        /// ``EnvLimits/maximumCount``.
        public static let maximumCount = Field(rawValue: "maximumCount")
        /// ``EnvLimits/pattern``.
        public static let pattern = Field(rawValue: "pattern")
        /// ``EnvLimits/schemes``.
        public static let schemes = Field(rawValue: "schemes")
        /// ``EnvLimits/hosts``.
        public static let hosts = Field(rawValue: "hosts")
        /// ``EnvLimits/unit``.
        public static let unit = Field(rawValue: "unit")
    }

    /// The limits that are given.
    public var fields: [Field] {
        var fields: [Field] = []
        if minimum != nil { fields.append(.minimum) }
        if maximum != nil { fields.append(.maximum) }
        if minimumLength != nil { fields.append(.minimumLength) }
        if maximumLength != nil { fields.append(.maximumLength) }
        if minimumCount != nil { fields.append(.minimumCount) }
        if maximumCount != nil { fields.append(.maximumCount) }
        if pattern != nil { fields.append(.pattern) }
        if schemes != nil { fields.append(.schemes) }
        if hosts != nil { fields.append(.hosts) }
        if unit != nil { fields.append(.unit) }
        return fields
    }

    /// What is wrong with these limits for a type, in full sentences: limits that it does not honour and limits that
    /// nothing can meet. Empty when all is well. A schema checks it when a variable is declared.
    public func problems(for type: any EnvValue.Type) -> [String] {
        let honored = type.envLimitFields
        var problems = fields.filter { !honored.contains($0) }
            .map { "The limit `\($0.rawValue)` means nothing for the type \(type.envType.name)." }
        if let minimum, let maximum, minimum > maximum {
            problems.append("The limit `minimum` is above `maximum`.")
        }
        if minimum?.isNaN == true || maximum?.isNaN == true {
            problems.append("A limit is not a number.")
        }
        problems += Self.disorder("Length", minimumLength, maximumLength)
        problems += Self.disorder("Count", minimumCount, maximumCount)
        if schemes?.isEmpty == true { problems.append("The limit `schemes` is empty, so no URL fits.") }
        if hosts?.isEmpty == true { problems.append("The limit `hosts` is empty, so no URL fits.") }
        if let pattern {
            do throws(TextParsingError) { _ = try EnvPattern.compiled(pattern) } catch {
                problems.append("The limit `pattern` cannot be used: \(error).")
            }
        }
        return problems
    }

    private static func disorder(_ what: String, _ least: Int?, _ greatest: Int?) -> [String] {
        if let least, let greatest, least > greatest {
            return ["The limit `minimum\(what)` is above `maximum\(what)`."]
        }
        if let greatest, greatest < 0 { return ["The limit `maximum\(what)` is negative."] }
        if let least, least < 0 { return ["The limit `minimum\(what)` is negative."] }
        return []
    }
}
