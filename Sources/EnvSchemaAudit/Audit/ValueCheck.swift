import EnvSchema

/// What a manifest alone can say against a value. The service itself checks more when it loads its schema.
enum ValueCheck {
    /// Why the text does not fit, in words that never repeat it; nil when nothing speaks against it.
    static func objection(to text: String, variable: EnvVariable) -> String? {
        let limits = variable.limits
        if let choices = variable.type.choices, variable.type.jsonType == "string", !choices.contains(text) {
            return "it is none of the choices"
        }
        switch variable.type.jsonType {
        case "integer", "number":
            // Durations and sizes are numbers with a unit; only plain numbers can be compared here.
            guard let number = Double(text) else {
                return variable.type.name == "integer" ? "it is not a number" : nil
            }
            if variable.type.name == "integer", Int(text) == nil { return "it is not a whole number" }
            if let minimum = limits.minimum, number < minimum { return "it is below the least" }
            if let maximum = limits.maximum, number > maximum { return "it is above the greatest" }
        case "string":
            // A length limit of decoded bytes cannot be compared with the length of the text.
            guard variable.type.jsonFormat == nil || variable.type.jsonFormat == "uri" else { break }
            if let minimum = limits.minimumLength, text.utf8.count < minimum {
                return "it has fewer than \(minimum) bytes"
            }
        default: break
        }
        return nil
    }
}
