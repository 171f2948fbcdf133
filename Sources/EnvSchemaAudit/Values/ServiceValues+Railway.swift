import GroundworkBase
import GroundworkEnvModel

extension ServiceValues {
    /// The output of `railway variable list --json`: one object of names and values.
    ///
    /// An array of objects with `name` and `value` is read as well. The values are those that the process gets, so
    /// references do not show, and sealed variables are left out: merge it with a ``RailwaySnapshot``.
    ///
    /// `railway variable list --kv` is not read: it prints values of several lines without quotes.
    /// - Throws: ``AuditInputError`` when it is not JSON or has another shape.
    public init(railwayVariables json: [UInt8], label: String = "railway variable list --json") throws(AuditInputError)
    {
        let root = try JSONReader.read(json, input: label)
        self.init(observed: [:], kind: .railwayVariables, label: label)
        if let members = root.members {
            for member in members { try add(member.name, member.value) }
        } else if let elements = root.elements {
            for element in elements {
                guard let name = (element["name"] ?? element["key"])?.string else {
                    throw AuditInputError(
                        .unknownShape,
                        input: label,
                        reason: "An element of the array has no `name`. Expected the output of "
                            + "`railway variable list --json`, which is one object of names and values."
                    )
                }
                try add(name, element["value"] ?? .null)
            }
        } else {
            throw AuditInputError(
                .unknownShape,
                input: label,
                reason:
                    "It is \(root.kind). Expected the output of `railway variable list --json`, which is one object "
                    + "of names and values."
            )
        }
    }

    private mutating func add(_ name: String, _ value: JSONValue) throws(AuditInputError) {
        if case .null = value {
            // Railway writes null for a value that it does not tell.
            variables[name] = ObservedValue(sealed: nil)
            return
        }
        guard let text = value.scalarText else {
            throw AuditInputError(
                .unknownShape,
                input: label,
                reason:
                    "The value of \(VisibleText.line(name)) is \(value.kind). Expected a string; is this the output "
                    + "of `railway environment config --json`?"
            )
        }
        if variables[name] != nil { warnings.append("\(VisibleText.line(name)) stands twice; the last one counts.") }
        var observed = ObservedValue(text)
        observed.rendered = observed.text
        variables[name] = observed
    }
}
