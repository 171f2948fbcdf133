import EnvSchema
import EnvSchemaAudit
import GroundworkBase
import Testing

/// The audit of the example finds, variable by variable, what the tables of the deployment research state.
@Suite struct FourServicesTests {
    private static func report() throws -> AuditReport {
        let inputs = try AuditInputs(
            directory: "\(SourceTree.root())/Examples/Environment",
            manifests: try Services.manifests()
        )
        return try EnvAudit(services: inputs.services, project: inputs.project).report()
    }

    private struct Table: Equatable {
        var title: String
        var rows: [[String]]
    }

    /// The headings and tables of a Markdown text, cell by cell.
    private static func tables(_ markdown: String) -> [Table] {
        var tables: [Table] = []
        for line in markdown.split(separator: "\n") {
            if line.hasPrefix("### ") {
                tables.append(Table(title: String(line.dropFirst(4)), rows: []))
            } else if line.hasPrefix("|"), !line.hasPrefix("|--"), !tables.isEmpty {
                let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                tables[tables.count - 1].rows.append(cells.map { $0.trimmingASCIIWhitespace() })
            }
        }
        return tables
    }

    private static func expected() throws -> [Table] {
        let path = "\(SourceTree.root())/Tests/EnvSchemaAuditTests/Fixtures/four-services.md"
        return tables(String(decoding: try AuditInputs.read(path), as: UTF8.self))
    }

    @Test func theTablesAreFoundCellByCell() throws {
        let expected = try Self.expected()
        #expect(expected.map(\.rows.count) == [16, 11, 6, 7])
        let found = try Self.report().tables.map { table in
            Table(title: table.title, rows: [table.header] + table.rows.map(\.cells))
        }
        #expect(found.map(\.title) == expected.map(\.title))
        for (table, other) in zip(found, expected) {
            #expect(table.rows.count == other.rows.count)
            for (row, right) in zip(table.rows, other.rows) { #expect(row == right, "\(other.title)") }
        }
    }

    @Test func theMarkdownIsThatOfTheResearch() throws {
        let markdown = try Self.report().markdown(showsFindings: false)
        #expect(Self.tables(markdown) == (try Self.expected()))
    }

    @Test func theFindingsAreWhatIsMissing() throws {
        let report = try Self.report()
        let errors = report.findings.filter { $0.severity == .error }
        #expect(Set(errors.map(\.code)) == [.missing])
        #expect(errors.allSatisfy { $0.service == "auth-service" })
        #expect(
            errors.compactMap(\.variable) == [
                "EMAIL_PROVIDER", "APPLE_TEAM_ID", "APPLE_SERVICES_ID", "APPLE_KEY_ID", "APPLE_PRIVATE_KEY",
            ]
        )
        #expect(!report.findings.contains { $0.severity == .warning })
        #expect(report.exitCode() == 1)
    }

    @Test func itFollowsFromTheValuesAndNotFromTheSchemas() throws {
        var inputs = try AuditInputs(
            directory: "\(SourceTree.root())/Examples/Environment",
            manifests: try Services.manifests()
        )
        inputs.services[3].values = ServiceValues([
            "AWS_S3_BUCKET": "vlvt-backups", "BACKUP_DATABASE_URL": "${{Postgres.DATABASE_URL}}",
        ])
        inputs.services[1].values?.variables["JWT_SECRET"] = ObservedValue("another-secret-of-at-least-32-bytes")
        let report = try EnvAudit(services: inputs.services, project: inputs.project).report()
        #expect(report["backup-service"]?["AWS_S3_BUCKET"]?.status == .configured)
        #expect(report["backup-service"]?["BACKUP_DATABASE_URL"]?.status == .railwayReference)
        #expect(report["backup-service"]?["AWS_ACCESS_KEY_ID"]?.status == .notConfigured)
        #expect(report["profile-service"]?["JWT_SECRET"]?.sharing.agreement == .different)
    }
}
