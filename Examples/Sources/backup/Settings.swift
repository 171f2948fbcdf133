import FoundationEssentials
import Logging
import PGBackup
import S3Compat
import Terminal

/// What the environment says: the database and where its backups go.
enum Settings {
    /// A configuration that cannot work.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    /// The backups of the database that the environment names, in the store that it names.
    /// - Parameter needsDatabase: false for what looks at the store only.
    static func backups(needsDatabase: Bool = true, environment: [String: String]) throws -> PostgresBackup {
        var environment = environment
        if !needsDatabase, environment["BACKUP_DATABASE_URL", default: ""].isEmpty {
            environment["BACKUP_DATABASE_URL"] = "postgresql:///postgres"
        }
        var configuration = try PostgresBackup.Configuration(environment: environment)
        // What happened is printed, warnings included; the log is for what nobody else tells.
        configuration.logger.logLevel = .error
        return PostgresBackup(configuration, store: try store(environment))
    }

    /// A directory if the destination is one, else a bucket.
    static func store(_ environment: [String: String]) throws -> any ObjectStore {
        let endpoint = environment["AWS_S3_ENDPOINT"] ?? ""
        if let destination = environment["BACKUP_DESTINATION"], !destination.isEmpty {
            guard destination.hasPrefix("file://") else {
                throw Problem(
                    description: "BACKUP_DESTINATION must begin with file:// and name a directory. "
                        + "For a bucket, leave it out and set AWS_S3_BUCKET and AWS_S3_ENDPOINT."
                )
            }
            return try directory(destination)
        }
        if endpoint.hasPrefix("file://") {
            return try directory(
                [endpoint, environment["AWS_S3_BUCKET"] ?? ""].filter { !$0.isEmpty }.joined(separator: "/")
            )
        }
        return try S3Bucket(environment: environment)
    }

    private static func directory(_ url: String) throws -> any ObjectStore {
        guard let parts = URLComponents(string: url), ["", "localhost"].contains(parts.host ?? ""),
            parts.path.hasPrefix("/"), parts.query == nil, parts.fragment == nil
        else {
            throw Problem(
                description: "\(url) does not name a directory: write file:// and then the path from the root, "
                    + "such as file:///var/backups; the signs % ? # in it are written %25 %3F %23."
            )
        }
        return try DirectoryObjectStore(path: parts.path)
    }
}
