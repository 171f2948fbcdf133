import EnvSchema
import GroundworkEnvModel
public import GroundworkEnvSources

extension EnvErrors {
    /// The problems and warnings for a program: an object with `service`, `mode`, `problems` and `warnings`, each of
    /// these with `code`, `variables`, `message` and, where there are such, `origin`, `expected` and `remedy`. Like the
    /// errors themselves it holds no value.
    public func json() -> String {
        var members: [JSONValue.Member] = [("service", .string(service))]
        if let mode { members.append(("mode", .string(mode.rawValue))) }
        members.append(("problems", .array(problems.map(\.node))))
        members.append(("warnings", .array(warnings.map(\.node))))
        return JSONValue.object(members).document
    }
}

extension EnvProblem {
    fileprivate var node: JSONValue {
        var members: [JSONValue.Member] = [
            ("code", .string(code.rawValue)), ("variables", .strings(variables)), ("message", .string(message)),
        ]
        if let origin { members.append(("origin", origin.node)) }
        if let expected { members.append(("expected", .string(expected))) }
        if let remedy { members.append(("remedy", .string(remedy))) }
        return .object(members)
    }
}

extension EnvOrigin {
    fileprivate var node: JSONValue {
        var members: [JSONValue.Member] = [("kind", .string(kind.rawValue))]
        if let path { members.append(("path", .string(path))) }
        if let line { members.append(("line", .number(Double(line)))) }
        if let column { members.append(("column", .number(Double(column)))) }
        if let name { members.append(("name", .string(name))) }
        return .object(members)
    }
}
