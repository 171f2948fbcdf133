/// What the table of contents of an archive needs of a server: a pure function of its entries.
///
/// The manifest lists what the database needs. A dump of parts of it needs less, and so does a restore without owners.
struct ArchiveNeeds: Sendable {
    private let extensions: Set<String>
    private let owners: Set<String>
    private let grants: [String]
    private let policies: [String]

    init(_ entries: [ArchiveEntry]) {
        extensions = Set(entries.filter { $0.kind == "EXTENSION" }.map(\.name))
        owners = Set(entries.compactMap(\.owner))
        grants = entries.filter { $0.kind == "ACL" || $0.kind == "DEFAULT ACL" }.compactMap(\.definition)
        policies = entries.filter { $0.kind == "POLICY" }.compactMap(\.definition)
    }

    func needs(extension name: String) -> Bool { extensions.contains(name) }

    func needs(role name: String, _ options: RestoreOptions) -> Bool {
        if options.restoresOwners, owners.contains(name) { return true }
        if options.restoresPrivileges, grants.contains(where: { Self.names(name, in: $0) }) { return true }
        return policies.contains { Self.names(name, in: $0) }
    }

    /// Whether a statement names a role behind `TO`, `FROM` or `FOR ROLE`, by itself or in a list.
    private static func names(_ role: String, in statement: String) -> Bool {
        for name in [role, SQL.identifier(role)] {
            for word in [" TO ", " FROM ", " FOR ROLE ", ", "] {
                var rest = statement[...]
                while let found = rest.firstRange(of: word + name) {
                    rest = rest[found.upperBound...]
                    guard let next = rest.first, !" ;,\n".contains(next) else { return true }
                }
            }
        }
        return false
    }
}
