/// A JSON text as a value: read where the shape is not known beforehand, or made to be written.
package indirect enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// The digits as they stand.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// The members in their order, duplicates included.
    case object([Member])

    /// A member of an object.
    package typealias Member = (name: String, value: JSONValue)

    /// A number. JSON has neither infinity nor "not a number": they are `null`.
    package static func number(_ value: Double) -> JSONValue {
        value.isFinite ? .number(EnvLimits.number(value)) : .null
    }

    /// An array of strings.
    package static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

    /// The member of an object; the last one of several. Nil for everything else.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The members of an object, nil for everything else.
    package var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements of an array, nil for everything else.
    package var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text of a string, nil for everything else.
    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// Whether it is `true`.
    package var isTrue: Bool {
        if case .bool(true) = self { true } else { false }
    }

    /// Whether it is `null`.
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The text that an environment variable of this value has; nil for `null`, arrays and objects.
    package var scalarText: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// What it is, for error messages.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
