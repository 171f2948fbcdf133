public import EnvSchema
public import FoundationEssentials
import GroundworkBase

/// What a service prints about its own variables at its start, for an audit that cannot read sealed ones.
///
///     if let key = try AuditKey(environment: environment) {
///         print(try BootReport(of: AuthEnv.manifest, environment: environment, key: key).line())
///     }
///
/// It names each declared variable, says whether it is set, and of those that services share it has the fingerprint.
/// It holds no value, no length and no name that the schema does not declare. A code under the key proves that nobody
/// changed it on its way through the log.
public struct BootReport: Sendable, Hashable, Codable {
    /// Whether a variable has a value.
    public enum State: String, Sendable, Hashable, Codable {
        /// It has.
        case set
        /// It is set to an empty text.
        case empty
        /// It is not set.
        case absent
    }

    /// One variable.
    public struct Entry: Sendable, Hashable, Codable {
        /// The name in the schema, even when it was read under another.
        public var name: String
        /// Whether it has a value.
        public var state: State
        /// The fingerprint of a shared variable's value; nil for all others, and for values that could be guessed.
        public var fingerprint: AuditFingerprint?
    }

    /// What the line in the log begins with.
    public static let marker = "envschema-boot-report:"

    /// The version of this format.
    public var formatVersion = 1
    /// The name of the service in its schema.
    public var service: String
    /// The platform's environment, `RAILWAY_ENVIRONMENT_NAME`.
    public var environment: String?
    /// The platform's deployment, `RAILWAY_DEPLOYMENT_ID`.
    public var deployment: String?
    /// When it was made, in seconds since 1970.
    public var time: Int
    /// The variables in the order of their declaration.
    public var variables: [Entry]
    /// The code under the key over everything else.
    public var code: String

    /// Describes the environment of a running service.
    /// - Throws: ``AuditInputError`` when the cryptographic library fails.
    public init(
        of manifest: SchemaManifest,
        environment: [String: String],
        key: AuditKey,
        now: Date = Date()
    ) throws(AuditInputError) {
        service = manifest.service
        self.environment = environment["RAILWAY_ENVIRONMENT_NAME"]
        deployment = environment["RAILWAY_DEPLOYMENT_ID"]
        time = UTCDateTime(now).secondsSince1970
        variables = []
        code = ""
        for variable in manifest.variables {
            var entry = Entry(name: variable.name, state: .absent)
            for name in variable.allNames {
                guard let value = environment[name] else { continue }
                entry.state = value.isEmpty ? .empty : .set
                if value.isEmpty { continue }
                if variable.sharing.strength != .own {
                    entry.fingerprint = try key.fingerprint(of: value, variable: variable.name)
                }
                break
            }
            if entry.state != .set, variable.acceptsFile, environment["\(variable.name)_FILE"]?.isEmpty == false {
                entry.state = .set
            }
            variables.append(entry)
        }
        code = try signature(key)
    }

    /// The line to print: the marker and the report as JSON.
    public func line() throws -> String { "\(Self.marker) \(try json())" }

    /// Whether the report was made with this key and is unchanged.
    /// - Throws: ``AuditInputError`` when the cryptographic library fails.
    public func isGenuine(under key: AuditKey) throws(AuditInputError) -> Bool {
        ConstantTime.equal(code.utf8, try signature(key).utf8)
    }

    private func signature(_ key: AuditKey) throws(AuditInputError) -> String {
        var bare = self
        bare.code = ""
        let text: String
        do { text = try bare.json() } catch {
            throw AuditInputError(.cryptography, input: Self.marker, reason: "The report cannot be written as JSON.")
        }
        return Hex.encode(try key.authenticate("boot report", text).prefix(16))
    }

    private func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
