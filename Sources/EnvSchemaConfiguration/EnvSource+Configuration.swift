#if SwiftConfiguration
public import Configuration
public import EnvSchema

extension EnvSource {
    /// Values from a `ConfigReader`, so that files, directories, vaults and whatever else has a provider can fill a
    /// schema. Every access is marked secret, for the reader does not know which names are.
    ///
    /// `ConfigReader` hides the errors of its providers from this kind of access: a value that it cannot read counts as
    /// absent. Numbers and booleans of JSON or YAML files are read as their text, lists as JSON.
    ///
    /// - Parameters:
    ///   - config: the reader.
    ///   - name: what errors call it.
    ///   - key: the key of a variable; default: one component, the variable's own name.
    public static func config(
        _ config: ConfigReader,
        name: String = "swift-configuration",
        key: @escaping @Sendable (_ variable: String) -> ConfigKey = { ConfigKey([$0]) }
    ) -> EnvSource {
        EnvSource(name) { variable in
            let key = key(variable)
            if let text = config.string(forKey: key, isSecret: true) { return text }
            if let number = config.int(forKey: key, isSecret: true) { return "\(number)" }
            if let number = config.double(forKey: key, isSecret: true) { return "\(number)" }
            if let flag = config.bool(forKey: key, isSecret: true) { return "\(flag)" }
            return config.stringArray(forKey: key, isSecret: true).map(jsonArray)
        }
    }

    /// A JSON array, which every list reads: commas in an element would be read as separators otherwise.
    private static func jsonArray(_ texts: [String]) -> String {
        let quoted = texts.map { text in
            var result = "\""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\"", "\\": result += "\\\(scalar)"
                case "\u{0}"..."\u{1F}":
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                default: result.unicodeScalars.append(scalar)
                }
            }
            return result + "\""
        }
        return "[\(quoted.joined(separator: ","))]"
    }
}
#endif
