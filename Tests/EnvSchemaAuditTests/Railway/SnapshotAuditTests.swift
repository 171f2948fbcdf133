import EnvSchema
import EnvSchemaAudit
import Testing

/// Audits whose values come from a project on Railway.
@Suite struct SnapshotAuditTests {
    private func report(list: String? = nil) throws -> AuditReport {
        let project = try RailwaySnapshot(
            environmentConfiguration: Array(RailwaySnapshotTests.configuration.utf8),
            status: Array(RailwaySnapshotTests.status.utf8)
        )
        let manifest = Make.manifest(
            "auth-service",
            [
                Make.variable("PORT"), Make.variable("DATABASE_URL", secret: true),
                Make.variable("JWT_SECRET", secret: true),
                Make.variable("HIDDEN", .optional), Make.variable("GONE"),
            ]
        )
        let values = try list.map { try ServiceValues(railwayVariables: Array($0.utf8)) }
        return try EnvAudit(services: [AuditedService(manifest, values: values)], project: project).report()
    }

    @Test func theProjectIsAValueSource() throws {
        let report = try report()
        #expect(report.environment == "production")
        #expect(
            report.services[0].cells.map(\.presence) == [.set, .referenceResolved, .sealed, .sealed, .absent]
        )
        #expect(report.codes == ["GONE missing"])
    }

    @Test func theListAddsValuesAndTheProjectReferences() throws {
        let report = try report(list: #"{"PORT": "3001", "DATABASE_URL": "postgres://u:p@h/d", "GONE": "back"}"#)
        #expect(report.services[0].cells.map(\.presence) == [.set, .referenceResolved, .sealed, .sealed, .set])
    }

    @Test func aSecretThatIsNotSealedIsANote() throws {
        let project = RailwaySnapshot(services: [
            .init(name: "api-service", values: ServiceValues(["KEY": "Zk3v9QmT7xR1pLw8Ye5uAo2d"]))
        ])
        let report = try audit([Make.variable("KEY", secret: true)], values: nil, project: project)
        #expect(report.codes == ["KEY unsealed-secret"])
    }

    @Test func aWeakSecretIsReportedOnceWhereItComesFrom() throws {
        let project = RailwaySnapshot(services: [
            .init(name: "Postgres", values: ServiceValues(["PASSWORD": "changeme"]))
        ])
        let reference = ServiceValues(["DB_PASSWORD": "${{Postgres.PASSWORD}}"])
        let services = ["a", "b"].map {
            AuditedService(Make.manifest($0, [Make.variable("DB_PASSWORD", secret: true)]), values: reference)
        }
        let report = try EnvAudit(services: services, project: project).report()
        let weak = report.findings.filter { $0.code == .weakSecret }
        #expect(weak.map(\.service) == ["a"])
        #expect(weak.first?.message.hasPrefix("The value of Postgres.PASSWORD, to which it refers, is ") == true)
        #expect(weak.first?.command == nil)
    }
}
