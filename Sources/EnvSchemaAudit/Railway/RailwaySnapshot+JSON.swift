import GroundworkBase
import GroundworkEnvModel

extension RailwaySnapshot {
    /// Reads the output of `railway environment config --json` and, for the names, of `railway status --json`.
    ///
    /// The configuration names services by their ids; without the status those stand for the names and references to
    /// services cannot be resolved. Members that are not known are passed over. A variable that is marked sealed, or
    /// whose value is `null` or left out, counts as set with an unknown value.
    /// - Parameters:
    ///   - json: the output of the first command.
    ///   - status: the output of the second; nil when there is none.
    ///   - environment: the name or the id of the environment, to tell it from the others of the status; by default
    ///     the one in which the ids of the configuration stand.
    ///   - label: what errors call the first.
    ///   - statusLabel: what errors call the second.
    /// - Throws: ``AuditInputError`` when either is not JSON or has another shape.
    public init(
        environmentConfiguration json: [UInt8],
        status: [UInt8]? = nil,
        environment: String? = nil,
        label: String = "railway environment config --json",
        statusLabel: String = "railway status --json"
    ) throws(AuditInputError) {
        let root = try JSONReader.read(json, input: label)
        guard let configuration = Self.configuration(in: root), let services = configuration["services"]?.members else {
            throw AuditInputError(
                .unknownShape,
                input: label,
                reason: "It has no object `services`. Expected the output of `railway environment config --json`."
            )
        }
        let names = try status.map { bytes throws(AuditInputError) in
            try RailwayStatus(bytes, label: statusLabel)
        }
        self.init(environment: environment)
        for (id, value) in services where !value.isNull && !(value["isDeleted"]?.isTrue ?? false) {
            guard value.members != nil else {
                throw AuditInputError(
                    .unknownShape,
                    input: label,
                    reason: "The service \(VisibleText.line(id)) is \(value.kind), not an object."
                )
            }
            let name = names?.serviceNames[id] ?? id
            if names != nil, names?.serviceNames[id] == nil {
                warnings.append("The status names no service of id \(VisibleText.line(id)).")
            }
            let place = "services.\(VisibleText.line(id)).variables"
            let variables = try Self.variables(value["variables"], at: place, label: label, warnings: &warnings)
            let values = ServiceValues(observed: variables, kind: .railwayConfiguration, label: label)
            self.services.append(Service(name: name, values: values, id: id))
        }
        self.services.sort { $0.name < $1.name }
        shared = try Self.variables(
            configuration["sharedVariables"],
            at: "sharedVariables",
            label: label,
            warnings: &warnings
        )
        if let names { take(names, environment: environment) }
    }

    /// The configuration itself, or the one inside an envelope.
    private static func configuration(in root: JSONValue) -> JSONValue? {
        if root["services"]?.members != nil { return root }
        for name in ["config", "environment", "data"] {
            if let inner = root[name], let found = configuration(in: inner) { return found }
        }
        return nil
    }

    private static func variables(
        _ value: JSONValue?,
        at place: String,
        label: String,
        warnings: inout [String]
    ) throws(AuditInputError) -> [String: ObservedValue] {
        guard let value, !value.isNull else { return [:] }
        guard let members = value.members else {
            throw AuditInputError(.unknownShape, input: label, reason: "\(place) is \(value.kind), not an object.")
        }
        var variables: [String: ObservedValue] = [:]
        for (name, entry) in members {
            let shown = VisibleText.line(name)
            if variables[name] != nil { warnings.append("\(place).\(shown) stands twice; the last one counts.") }
            // Null deletes a variable in a change that is staged.
            if entry.isNull {
                variables[name] = nil
                continue
            }
            if let text = entry.scalarText {
                variables[name] = ObservedValue(text)
                continue
            }
            guard entry.members != nil else {
                throw AuditInputError(
                    .unknownShape,
                    input: label,
                    reason: "\(place).\(shown) is \(entry.kind). Expected an object with `value`."
                )
            }
            if entry["isSealed"]?.isTrue ?? false {
                variables[name] = ObservedValue(sealed: nil)
            } else if let text = entry["value"]?.scalarText {
                variables[name] = ObservedValue(text)
            } else if entry["value"]?.isNull ?? true {
                variables[name] = ObservedValue(sealed: nil)
            } else {
                throw AuditInputError(
                    .unknownShape,
                    input: label,
                    reason: "\(place).\(shown).value is \(entry["value"]?.kind ?? "missing"). Expected a string."
                )
            }
        }
        return variables
    }

    private mutating func take(_ status: RailwayStatus, environment: String?) {
        let ids = Set(services.compactMap(\.id))
        let own =
            environment.flatMap { wanted in status.environments.first { $0.name == wanted || $0.id == wanted } }
            ?? status.environments.max {
                $0.services.keys.count(where: ids.contains) < $1.services.keys.count(where: ids.contains)
            }
        self.environment = own?.name ?? environment
        for other in status.environments where other.name != own?.name {
            otherEnvironments[other.name] = Set(other.services.keys.compactMap { status.serviceNames[$0] })
        }
        for index in services.indices {
            guard let id = services[index].id else { continue }
            services[index].deployment = own?.services[id] ?? nil
        }
    }
}
