/// Which client programs were chosen for a server, and why.
public struct ToolchainReport: Sendable, Hashable, CustomStringConvertible {
    /// The reason for a choice.
    public struct Reason: Sendable, Hashable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The programs are of the server's major version.
        public static let sameMajor = Reason("sameMajor")
        /// There are none of the server's major version; these are of the lowest newer one.
        public static let lowestNewerMajor = Reason("lowestNewerMajor")

        /// The reason's name.
        public var description: String { name }
    }

    /// The server's version.
    public var server: PostgresVersion
    /// The programs chosen.
    public var chosen: ClientPrograms
    /// Why these.
    public var reason: Reason
    /// All the programs found.
    public var candidates: [ClientPrograms]
    /// What is not ideal, in full sentences.
    public var warnings: [String]

    /// The choice in one sentence.
    public var description: String {
        switch reason {
        case .sameMajor: "PostgreSQL \(server): client programs \(chosen), of the same major version"
        default: "PostgreSQL \(server): client programs \(chosen), the lowest newer ones found"
        }
    }

    /// Chooses. A dump of the server's own major version restores into servers of that version; a newer one may use
    /// settings that they do not know; an older pg_dump refuses to run.
    /// - Parameters:
    ///   - minimum: the oldest major version that will do, such as that of a dump to be restored.
    static func choose(
        from candidates: [ClientPrograms],
        server: PostgresVersion,
        minimum: PostgresVersion? = nil
    ) throws(PGBackupError) -> ToolchainReport {
        let needed = max(server.branch, minimum?.branch ?? 0)
        let neededText = needed == server.branch ? server.majorText : (minimum?.majorText ?? server.majorText)
        let fitting = candidates.filter { $0.version.branch >= needed }
        guard let major = fitting.map(\.version.branch).min(),
            let chosen = fitting.filter({ $0.version.branch == major }).max(by: { $0.version < $1.version })
        else {
            let found =
                candidates.isEmpty
                ? "None was found" : "Found: \(candidates.map(\.description).joined(separator: ", "))"
            throw PGBackupError(
                candidates.isEmpty ? .toolMissing : .toolUnsuitable,
                "PostgreSQL \(server) needs the client programs pg_dump, pg_restore and psql of version \(neededText) or "
                    + "newer. \(found). Install the package postgresql-client-\(neededText) (Debian and Ubuntu; other "
                    + "versions than the distribution's are at apt.postgresql.org), or name their directory in "
                    + "clientDirectories."
            )
        }
        var warnings: [String] = []
        if chosen.version.branch == server.branch, chosen.version < server {
            warnings.append(
                "The client programs \(chosen) are of an older release than the server \(server); update the package "
                    + "postgresql-client-\(server.majorText)."
            )
        }
        if chosen.version.branch > server.branch {
            warnings.append(
                "There are no client programs of version \(server.majorText); those of \(chosen.version.majorText) are used. "
                    + "A dump made by them may need small changes to restore into a server of version "
                    + "\(server.majorText). Install the package postgresql-client-\(server.majorText)."
            )
        }
        return ToolchainReport(
            server: server,
            chosen: chosen,
            reason: chosen.version.branch == server.branch ? .sameMajor : .lowestNewerMajor,
            candidates: candidates,
            warnings: warnings
        )
    }
}
