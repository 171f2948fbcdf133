import FoundationEssentials
import GroundworkCore

/// A database URL turned into what PostgreSQL's programs read: environment variables, and a password file that lives
/// as long as this object.
///
/// Nothing secret is among the arguments, where every user of the machine could read it.
final class Connection: Sendable {
    static let directoryPrefix = "groundwork-pgbackup-"

    let url: DatabaseURL
    let environment: [String: String]
    /// What has no variable, as a connection string without secrets; empty if there is nothing.
    let connectionString: String
    let redact: Redactor
    private let directory: OwnedDirectory?

    /// - Parameters:
    ///   - inherited: the environment of the process; of it only ``passedOn`` reaches the programs.
    ///   - temporaryDirectory: where the password file's directory is made.
    init(_ url: DatabaseURL, inherited: [String: String], temporaryDirectory: String, connectTimeout: Duration) throws {
        self.url = url
        redact = Redactor([url.password])
        var environment = Self.baseEnvironment(inherited)
        if !url.hosts.isEmpty {
            environment["PGHOST"] = url.hosts.map(\.name).joined(separator: ",")
            if url.hosts.contains(where: { $0.port != nil }) {
                environment["PGPORT"] = url.hosts.map { "\($0.port ?? 5432)" }.joined(separator: ",")
            }
        }
        environment["PGUSER"] = url.user
        environment["PGDATABASE"] = url.database ?? url.user
        environment["PGAPPNAME"] = "groundwork-pgbackup"
        environment["PGCONNECT_TIMEOUT"] = "\(max(2, Int(connectTimeout.seconds.rounded(.up))))"
        var words: [(String, String)] = []
        for (name, value) in url.parameters {
            switch LibpqParameter.named(name) {
            case .environment(let variable): environment[variable] = value
            case .argument: words.append((name, value))
            case .refused, nil: break
            }
        }
        if !words.contains(where: { $0.0 == "keepalives_idle" }) {
            // A peer that vanished is noticed within two minutes instead of two hours.
            words += [("keepalives_idle", "60"), ("keepalives_interval", "15"), ("keepalives_count", "4")]
        }
        connectionString = words.sorted { $0.0 < $1.0 }.map { "\($0)=\(Self.quoted($1))" }.joined(separator: " ")
        if let password = url.password {
            let directory = try OwnedDirectory(in: temporaryDirectory, prefix: Self.directoryPrefix)
            environment["PGPASSFILE"] = try password.withValue {
                try directory.write("pgpass", Self.passwordFile($0))
            }
            self.directory = directory
        } else {
            directory = nil
        }
        self.environment = environment
    }

    /// Removes the password file, whoever still holds this object: tasks that were cancelled may let go of it late, and
    /// what follows an error may be the end of the process.
    func end() { directory?.remove() }

    /// One line for every host, port, database and user. Colons and backslashes are escaped (section 34.16).
    static func passwordFile(_ password: String) -> [UInt8] {
        var line = Array("*:*:*:*:".utf8)
        for byte in password.utf8 {
            if byte == 0x3A || byte == 0x5C { line.append(0x5C) }
            line.append(byte)
        }
        line.append(0x0A)
        return line
    }

    /// Variables that programs need and that hold nothing of PostgreSQL's or of the application's secrets.
    private static let passedOn: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "LD_LIBRARY_PATH", "KRB5CCNAME", "KRB5_CONFIG", "KRB5_KTNAME",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF",
    ]

    /// The environment of a program that connects to nothing. Messages are in English, times in UTC.
    static func baseEnvironment(_ inherited: [String: String]) -> [String: String] {
        var environment = inherited.filter { passedOn.contains($0.key) }
        environment["LC_ALL"] = "C.UTF-8"
        environment["TZ"] = "UTC"
        return environment
    }

    private static func quoted(_ value: String) -> String {
        var text = "'"
        for character in value {
            if character == "'" || character == "\\" { text.append("\\") }
            text.append(character)
        }
        return text + "'"
    }
}
