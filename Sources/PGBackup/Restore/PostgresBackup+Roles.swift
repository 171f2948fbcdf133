import GroundworkCore

extension PostgresBackup {
    /// The names of a server's roles.
    func roles(_ psql: Psql) async throws -> Set<String> {
        let output = try await psql.run(
            "SELECT encode(convert_to(rolname, 'UTF8'), 'hex') FROM pg_catalog.pg_roles;\n",
            limit: 16 << 20
        )
        return Set(
            output.split(separator: "\n").compactMap { Hex.decode($0) }.map { String(decoding: $0, as: UTF8.self) }
        )
    }

    /// Creates the roles of a backup that the server lacks, as its script of roles has them, without passwords.
    /// - Returns: what was done, in full sentences.
    func createRoles(of manifest: BackupManifest, _ psql: Psql) async throws -> [String] {
        let existing = try await roles(psql)
        guard let bytes = try await readRoleScript(manifest) else {
            let missing = (manifest.server?.roles ?? []).filter { !existing.contains($0) }
            guard !missing.isEmpty else { return [] }
            try await createPlainRoles(missing, psql)
            return [
                "The backup has no script of roles; \(missing.joined(separator: ", ")) were created without any right. "
                    + "Let those log in that must, and set their passwords."
            ]
        }
        let (statements, created) = RoleScript.statements(
            in: String(decoding: bytes, as: UTF8.self),
            existing: existing
        )
        guard !created.isEmpty else { return [] }
        _ = try await psql.run(
            "SET client_encoding = 'UTF8';\nBEGIN;\n\(statements.joined(separator: "\n"))\nCOMMIT;\n"
        )
        return ["The roles \(created.joined(separator: ", ")) were created without passwords: set them."]
    }

    /// Creates roles that may do nothing but own things.
    func createPlainRoles(_ names: [String], _ psql: Psql) async throws {
        let statements = names.map { "CREATE ROLE \(SQL.identifier($0));\n" }.joined()
        _ = try await psql.run("SET client_encoding = 'UTF8';\nBEGIN;\n\(statements)COMMIT;\n")
    }
}
