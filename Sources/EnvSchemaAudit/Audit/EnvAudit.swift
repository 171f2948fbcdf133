public import EnvSchema
public import FoundationEssentials

/// Compares what services declare with what they have.
///
///     let audit = EnvAudit(services: [
///         AuditedService(try AuthEnv.manifest, values: ServiceValues(environmentFile: file, label: "auth-service.env")),
///         AuditedService(try BackupEnv.manifest),  // no values yet: NEW
///     ], project: snapshot)
///     let report = try audit.report()
///     print(report.terminalTable(width: 100, color: false))
///
/// It reads nothing by itself and sends nothing. Values stay in memory and never reach the report.
public struct EnvAudit: Sendable {
    /// The services in the order of the report.
    public var services: [AuditedService]
    /// The project on Railway, to resolve references and as a value source; nil when it is not known.
    public var project: RailwaySnapshot?
    /// The kind of environment, which decides what is required.
    public var mode: EnvMode
    /// The key of fingerprints; nil: sealed values cannot be compared.
    public var key: AuditKey?
    /// The time of the audit, to which the age of boot reports is compared.
    public var now = Date()
    /// The age in seconds from which a boot report no longer counts.
    public var maximumReportAge: Double = 24 * 3600

    /// An audit of some services.
    public init(services: [AuditedService], project: RailwaySnapshot? = nil, mode: EnvMode = .production) {
        self.services = services
        self.project = project
        self.mode = mode
    }

    /// Does the audit.
    /// - Throws: ``AuditInputError`` when two services have the same name, a manifest is of a newer format, or the
    ///   cryptographic library fails.
    public func report() throws(AuditInputError) -> AuditReport {
        var names: Set<String> = []
        for service in services {
            guard names.insert(service.manifest.service).inserted else {
                throw AuditInputError(
                    .duplicateService,
                    input: service.manifest.service,
                    reason: "Two services of the audit have this name. Give each its own `serviceName`."
                )
            }
            guard service.manifest.minimumReader <= 1 else {
                throw AuditInputError(
                    .newerFormat,
                    input: service.manifest.service,
                    reason: "The manifest needs a reader of format \(service.manifest.minimumReader); this one reads 1."
                )
            }
        }
        var run = AuditRun(self)
        return try run.finish()
    }
}
