import GroundworkCore

/// How a restore is rehearsed.
public struct DrillOptions: Sendable, Hashable {
    /// Where the backup is restored to.
    public struct Place: Sendable, Hashable {
        enum Base: Sendable, Hashable {
            case throwAwayCluster
            case server(DatabaseURL)
        }
        let base: Base

        /// A cluster that is made for the drill and removed after it, by the server's programs of this machine. It runs as
        /// an unprivileged user when we are root, listens on a Unix socket only, and does without what makes data durable.
        public static let throwAwayCluster = Place(base: .throwAwayCluster)
        /// A new database on a server, dropped after the drill. The user must be allowed to create databases.
        /// - Parameter url: any database of it.
        public static func server(_ url: DatabaseURL) -> Place { Place(base: .server(url)) }
    }

    /// Where the backup is restored to.
    public var place = Place.throwAwayCluster
    /// How long a restore may take; `RESTORE_TARGET`.
    public var restoreTarget: Duration = .seconds(3600)
    /// Whether indexes and tables of the restored database are checked by the extension `amcheck`, where the server has it.
    public var checksIntegrity = true
    /// Whether the rows themselves are compared by their SHA-256, and not only counted. All tables are read once more.
    public var comparesContents = false
    /// Where a throw-away cluster is made. The path of a socket may have 107 bytes only, so this is not `TMPDIR`.
    public var clusterDirectory = "/tmp"
    /// Whether a throw-away cluster is made only where there is room for the database.
    public var checksFreeSpace = true
    /// Settings of a throw-away cluster beyond those that make it fast, such as `maintenance_work_mem`.
    public var clusterSettings: [String: String] = [:]

    /// A throw-away cluster and a target of one hour.
    public init() {}

    /// Reads `DRILL_DATABASE_URL` (any database of the server to restore on; a throw-away cluster unless set) and
    /// `RESTORE_TARGET` (`1h` unless set; a number with `s`, `min` or `m`, `h`).
    /// - Throws: ``PGBackupError`` with ``PGBackupError/Code/invalidConfiguration``.
    public init(environment: [String: String]) throws(PGBackupError) {
        if let text = environment["DRILL_DATABASE_URL"], !text.isEmpty {
            do {
                place = .server(try DatabaseURL(parsing: text))
            } catch {
                throw PGBackupError(
                    .invalidConfiguration,
                    "DRILL_DATABASE_URL is not \(DatabaseURL.expectedText): \(error).",
                    underlyingError: error
                )
            }
        }
        if let text = environment["RESTORE_TARGET"], !text.isEmpty {
            guard let target = Self.duration(text) else {
                throw PGBackupError(
                    .invalidConfiguration,
                    "RESTORE_TARGET is not a time such as 1h, 90min or 3600s, from 1 second to 1000 hours."
                )
            }
            restoreTarget = target
        }
    }

    private static func duration(_ text: String) -> Duration? {
        let units: [(String, Int)] = [("min", 60), ("m", 60), ("s", 1), ("h", 3600)]
        for (unit, factor) in units where text.hasSuffix(unit) {
            guard let number = Int(text.dropLast(unit.count)), (1...3_600_000).contains(number),
                number * factor <= 3_600_000
            else { return nil }
            return .seconds(number * factor)
        }
        return nil
    }
}
