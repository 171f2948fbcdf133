import EnvSchema
import EnvSchemaAudit

/// The example of the audit's guide; it is only compiled.
private enum AuditGuideSnippets {
    static func overview(bytes: [UInt8], configuration: [UInt8], status: [UInt8]) throws {
        let auth = try ServiceValues(environmentFile: bytes, label: "auth-service.env")
        let audit = EnvAudit(
            services: [
                AuditedService(try AuthEnv.manifest, values: auth),
                AuditedService(try BackupEnv.manifest),
            ],
            project: try RailwaySnapshot(environmentConfiguration: configuration, status: status)
        )
        let report = try audit.report()
        print(report.terminalText())
    }
}
