/// The type of a variable as data.
public struct EnvTypeDescription: Sendable, Hashable {
    /// The name that documents show: `integer`, `URL`, `duration`, `list of integer`.
    public var name: String
    /// What is expected, in words that complete "expected …", without the limits.
    public var expected: String
    /// The type in JSON Schema: `string`, `integer`, `number`, `boolean`, `array`, `object`.
    public var jsonType: String
    /// The `format` of JSON Schema where there is one, such as `uri`.
    public var jsonFormat: String?
    /// The only texts allowed, for choices.
    public var choices: [String]?
    /// A valid text to show in examples; never a real secret.
    public var example: String

    /// Describes a type.
    public init(
        name: String,
        expected: String,
        jsonType: String = "string",
        jsonFormat: String? = nil,
        choices: [String]? = nil,
        example: String
    ) {
        self.name = name
        self.expected = expected
        self.jsonType = jsonType
        self.jsonFormat = jsonFormat
        self.choices = choices
        self.example = example
    }
}
