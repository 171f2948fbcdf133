import EnvSchema
import EnvSchemaAudit

/// The report of one service with these values and this project.
func audit(
    _ variables: [EnvVariable],
    rules: [EnvRule] = [],
    values: [String: String]?,
    project: RailwaySnapshot? = nil,
    mode: EnvMode = .production
) throws -> AuditReport {
    let manifest = Make.manifest("api-service", variables, rules: rules)
    let service = AuditedService(manifest, values: values.map { ServiceValues($0) })
    return try EnvAudit(services: [service], project: project, mode: mode).report()
}

extension AuditReport {
    /// The cell of a variable of the only service.
    func cell(_ variable: String) -> AuditCell? { services.first?[variable] }

    /// The codes of the findings, with their variables.
    var codes: [String] { findings.map { "\($0.variable ?? "-") \($0.code)" } }
}
