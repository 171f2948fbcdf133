public import EnvSchema
import EnvSchemaTools
import FoundationEssentials
import GroundworkBase
import GroundworkEnvModel

/// The inputs of an audit as files of one folder.
///
/// | file | contents |
/// | --- | --- |
/// | `NAME.env` | an env file of the service `NAME` |
/// | `NAME.variables.json` | `railway variable list --service NAME --json` |
/// | `NAME.manifest.json` | the manifest of a service whose schema the program does not know |
/// | `railway-config.json` | `railway environment config --json` |
/// | `railway-status.json` | `railway status --json` |
/// | `NAME.log` | a log of the service `NAME` with its boot report |
///
/// Each may be missing; a service of which there is nothing is new. Other files are passed over.
public struct AuditInputs: Sendable {
    /// The services with their values.
    public var services: [AuditedService]
    /// The project, when there is a `railway-config.json`.
    public var project: RailwaySnapshot?

    /// Reads a folder.
    /// - Parameters:
    ///   - directory: the folder.
    ///   - manifests: the services that the program knows, in the order of the report.
    ///   - dialect: the dialect of the env files.
    /// - Throws: ``AuditInputError`` that names the file.
    public init(
        directory: String,
        manifests: [SchemaManifest],
        dialect: DotEnvDialect = .compose
    ) throws(AuditInputError) {
        let files: [String]
        do { files = try FileManager.default.contentsOfDirectory(atPath: directory).sorted() } catch {
            throw AuditInputError(
                .unreadable,
                input: directory,
                reason: "The folder cannot be read. Name a folder with the inputs of the audit."
            )
        }
        var manifests = manifests
        for file in files where file.hasSuffix(".manifest.json") {
            let path = "\(directory)/\(file)"
            let manifest = try SchemaManifest(auditing: try Self.read(path), label: path)
            if !manifests.contains(where: { $0.service == manifest.service }) { manifests.append(manifest) }
        }
        func contents(_ name: String) throws(AuditInputError) -> [UInt8]? {
            files.contains(name) ? try Self.read("\(directory)/\(name)") : nil
        }
        services = []
        for manifest in manifests {
            let name = manifest.service
            var values: ServiceValues?
            func add(_ more: ServiceValues) { values = values.map { $0.merging(more) } ?? more }
            if let bytes = try contents("\(name).env") {
                add(try ServiceValues(environmentFile: bytes, label: "\(name).env", dialect: dialect))
            }
            if let bytes = try contents("\(name).variables.json") {
                add(try ServiceValues(railwayVariables: bytes, label: "\(name).variables.json"))
            }
            if let bytes = try contents("\(name).log") {
                let reports = try BootReport.find(inLog: bytes, label: "\(name).log")
                if let report = reports.first(where: { $0.service == name }) { add(ServiceValues(bootReport: report)) }
            }
            services.append(AuditedService(manifest, values: values))
        }
        guard let configuration = try contents("railway-config.json") else { return }
        project = try RailwaySnapshot(
            environmentConfiguration: configuration,
            status: try contents("railway-status.json"),
            label: "railway-config.json",
            statusLabel: "railway-status.json"
        )
    }

    /// Reads a file of at most 32 MiB.
    public static func read(_ path: String) throws(AuditInputError) -> [UInt8] {
        do throws(EnvFileError) { return try EnvFileReader.read(path: path, limit: JSONReader.sizeLimit) } catch {
            throw AuditInputError(.unreadable, input: path, reason: "\(error)")
        }
    }
}

extension ServiceValues {
    /// Parses an env file.
    /// - Throws: ``AuditInputError`` with the line and the column.
    public init(
        environmentFile bytes: [UInt8],
        label: String,
        dialect: DotEnvDialect = .compose
    ) throws(AuditInputError) {
        do throws(DotEnvError) {
            let file = try DotEnvFile(parsing: bytes, options: DotEnvOptions(dialect: dialect))
            self.init(environmentFile: file, label: label)
        } catch {
            throw AuditInputError(.notEnvironmentFile, input: label, reason: "\(error).")
        }
    }
}

extension SchemaManifest {
    /// Reads a manifest that another program wrote as JSON.
    /// - Throws: ``AuditInputError`` when it is not one, or needs a newer reader.
    public init(auditing json: [UInt8], label: String) throws(AuditInputError) {
        do throws(ManifestError) { try self.init(json: json) } catch {
            throw AuditInputError(
                error.code == .newerFormat ? .newerFormat : .unknownShape,
                input: label,
                reason: "\(error)"
            )
        }
    }
}
