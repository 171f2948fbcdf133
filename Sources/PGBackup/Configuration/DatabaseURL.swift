import GroundworkCore

/// Where a database is and who connects: `postgres://user:password@host:5432/name?sslmode=require`, or libpq's
/// `host=… dbname=…`.
///
/// Percent-encoding, IPv6 hosts in brackets, several hosts, and Unix sockets (`postgresql:///name?host=/run/postgresql`)
/// are understood as libpq understands them (PostgreSQL documentation, section 34.1.1, Connection Strings).
/// Parameters that libpq does not know, such as the `schema` and `pgbouncer` of other tools, are dropped and named in
/// ``warnings``. The password never shows in `description`.
public struct DatabaseURL: TextParsable, Hashable, CustomStringConvertible {
    /// A server's address.
    public struct Host: Sendable, Hashable {
        /// A name, an address, or the directory of a Unix socket; empty for libpq's default.
        public var name: String
        /// The port; nil for 5432.
        public var port: UInt16?

        /// Names a server.
        public init(_ name: String, port: UInt16? = nil) {
            self.name = name
            self.port = port
        }
    }

    /// What is expected, for the messages of configuration readers.
    public static let expectedText = "a PostgreSQL URL such as postgres://user:password@host:5432/database"

    /// The servers, tried in order. Empty means libpq's default, a Unix socket of this machine.
    public var hosts: [Host] = []
    /// The user; nil for the name of the process's user.
    public var user: String?
    /// The password. It reaches the client programs in a file that only they can read.
    public var password: Secret<String>?
    /// The database; nil for the user's name.
    public var database: String?
    /// Further parameters that libpq knows, such as `sslmode`.
    public var parameters: [String: String] = [:]
    /// What was dropped from the text, and what looks wrong in it, in full sentences.
    public var warnings: [String] = []

    /// A URL to be filled in.
    public init() {}

    /// The URL without its password and parameters.
    public var description: String {
        let list = hosts.map { host in
            let name = host.name.contains(":") ? "[\(host.name)]" : host.name
            return host.port.map { "\(name):\($0)" } ?? name
        }
        return "postgresql://\(user.map { "\($0)@" } ?? "")\(list.joined(separator: ","))/\(database ?? "")"
    }

    /// The same server and user with another database.
    public func with(database name: String) -> DatabaseURL {
        var copy = self
        copy.database = name
        return copy
    }

    /// Compares everything but the password.
    public static func == (lhs: DatabaseURL, rhs: DatabaseURL) -> Bool {
        lhs.hosts == rhs.hosts && lhs.user == rhs.user && lhs.database == rhs.database
            && lhs.parameters == rhs.parameters && lhs.password == rhs.password
    }

    /// Hashes everything but the password.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(hosts)
        hasher.combine(user)
        hasher.combine(database)
        hasher.combine(parameters)
    }

    /// The sign of a connection pooler in the address, if there is one. A pooler in transaction mode breaks pg_dump,
    /// which needs one session for all it does.
    ///
    /// A run is refused for port 6543, and for a label of the host's name that is `pooler`, ends with `-pooler` or begins with
    /// `pgbouncer`, unless ``PostgresBackup/Configuration/allowsPooler`` is set. Port 6432, and any other name with `pgbouncer`
    /// in it, are only told.
    ///
    /// Port 5432 of Supabase's pooler keeps a session for each client (its guide "Connect to your database"), and is the only
    /// address there for networks without IPv6: it is none of those signs. Whether sessions really stay is asked of the
    /// server before each run.
    public var poolerHint: String? {
        let signs = hosts.compactMap(\.poolerSign)
        return (signs.first { $0.isRefused } ?? signs.first)?.text
    }

    /// The hint where it is sure enough to refuse the address before anything is asked; with any other, what the server
    /// answers decides.
    var refusedPoolerHint: String? { hosts.lazy.compactMap(\.poolerSign).first { $0.isRefused }?.text }

    /// The address behind the pooler of ``poolerHint``, as far as its sign tells it; nil where only the provider knows it.
    var directAddress: String? {
        for host in hosts {
            let hostName = host.name.lowercased()
            let isPoolersPort = host.port == 6543 || host.port == 6432
            if let project = user?.split(separator: ".", maxSplits: 1).dropFirst().first,
                hostName.hasSuffix(".pooler.supabase.com")
            {
                return "db.\(project).supabase.co:5432"
            }
            if host.hasPoolersName, let sign = hostName.firstRange(of: "-pooler") {
                let name = hostName[..<sign.lowerBound] + hostName[sign.upperBound...]
                return "\(name):\(isPoolersPort ? 5432 : host.port ?? 5432)"
            }
            if isPoolersPort, !host.hasPoolersName, !hostName.contains("pgbouncer") {
                return "\(host.name):5432"
            }
        }
        return nil
    }
}

extension DatabaseURL.Host {
    /// The sign of a connection pooler, in a full sentence, and whether it is sure enough to refuse the address.
    fileprivate var poolerSign: (text: String, isRefused: Bool)? {
        if name.lowercased().hasSuffix(".pooler.supabase.com"), port ?? 5432 == 5432 { return nil }
        if hasPoolersName || name.lowercased().contains("pgbouncer") {
            return (
                "The host \(name) looks like a connection pooler; pg_dump needs a session of its own: use the direct "
                    + "address of the database.",
                hasPoolersName || port == 6543
            )
        }
        guard let port, port == 6543 || port == 6432 else { return nil }
        // Anything may listen on 6432, a second server as well as PgBouncer in session mode.
        return (
            "Port \(port) of \(name) is usually a connection pooler; pg_dump needs a session of its own: use the direct "
                + "port of the database, usually 5432.",
            port == 6543
        )
    }

    /// Whether a label of the name is that of a pooler: `pooler`, `…-pooler`, `…-pooler-…`, or `pgbouncer…`.
    fileprivate var hasPoolersName: Bool {
        guard !name.hasPrefix("/") else { return false }
        return name.lowercased().split(separator: ".").contains { label in
            label == "pooler" || label.hasPrefix("pgbouncer")
                || label.split(separator: "-", omittingEmptySubsequences: false).dropFirst().contains("pooler")
        }
    }
}
