import GroundworkEnvModel

/// What `railway status --json` tells of a project: names for ids, and what stands in which environment.
///
/// It is the answer of Railway's GraphQL API, lists of `edges` with a `node` each; plain lists are read as well.
struct RailwayStatus {
    struct Environment {
        var id: String?
        var name: String
        /// The ids of the services that stand there, with the id of the newest deployment where it is told.
        var services: [String: String?] = [:]
    }

    var serviceNames: [String: String] = [:]
    var environments: [Environment] = []

    init(_ json: [UInt8], label: String) throws(AuditInputError) {
        let root = try JSONReader.read(json, input: label)
        let project = root["project"] ?? root["data"]?["project"] ?? root
        for node in Self.nodes(project["services"]) {
            guard let id = node["id"]?.string, let name = node["name"]?.string else { continue }
            serviceNames[id] = name
        }
        for node in Self.nodes(project["environments"]) {
            guard let name = node["name"]?.string else { continue }
            var environment = Environment(id: node["id"]?.string, name: name)
            for instance in Self.nodes(node["serviceInstances"]) {
                guard let id = instance["serviceId"]?.string else { continue }
                environment.services[id] = .some(instance["latestDeployment"]?["id"]?.string)
                if serviceNames[id] == nil { serviceNames[id] = instance["serviceName"]?.string }
            }
            environments.append(environment)
        }
        guard !serviceNames.isEmpty else {
            throw AuditInputError(
                .unknownShape,
                input: label,
                reason: "It names no service. Expected the output of `railway status --json`."
            )
        }
    }

    private static func nodes(_ value: JSONValue?) -> [JSONValue] {
        let list = value?["edges"]?.elements ?? value?.elements ?? []
        return list.map { $0["node"] ?? $0 }
    }
}
