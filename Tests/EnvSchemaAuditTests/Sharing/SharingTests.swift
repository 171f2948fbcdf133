import EnvSchema
import EnvSchemaAudit
import Foundation
import Testing

@Suite struct SharingTests {
    private let secret = Make.variable("JWT_SECRET", secret: true, sharing: .mustMatch("auth-service"))
    static let value = "Zk3v9QmT7xR1pLw8Ye5uAo2dHc6sNb4g"

    private func audit(
        _ values: [(String, ObservedValue?)],
        variable: EnvVariable? = nil,
        project: RailwaySnapshot? = nil
    ) throws -> AuditReport {
        let services = values.map { name, value in
            AuditedService(
                Make.manifest(name, [variable ?? secret]),
                values: ServiceValues(
                    observed: value.map { ["JWT_SECRET": $0] } ?? [:],
                    kind: .railwayConfiguration,
                    label: name
                )
            )
        }
        return try EnvAudit(services: services, project: project).report()
    }

    private func agreements(_ report: AuditReport) -> [AuditSharing.Agreement?] {
        report.services.map { $0["JWT_SECRET"]?.sharing.agreement }
    }

    @Test func theOwnerIsToldToShareAndTheOthersToMatch() throws {
        let value = ObservedValue(Self.value)
        let report = try audit([("auth-service", value), ("chat-service", value)])
        #expect(report.services.map { $0["JWT_SECRET"]?.status.rawValue } == ["Must be shared", "Must match auth"])
        #expect(agreements(report) == [.same, .same])
        #expect(report.findings.filter { $0.code == .copiedValue }.map(\.service) == ["chat-service"])
    }

    @Test func anotherValueIsAnErrorWithACommand() throws {
        let report = try audit([
            ("auth-service", ObservedValue(Self.value)), ("chat-service", ObservedValue("another")),
        ])
        #expect(agreements(report) == [.same, .different])
        let finding = try #require(report.findings.first { $0.code == .valueMismatch })
        #expect(finding.severity == .error)
        #expect(finding.service == "chat-service")
        #expect(
            finding.command
                == "printf %s '${{auth-service.JWT_SECRET}}' | railway variable set JWT_SECRET --stdin --service chat-service"
        )
    }

    @Test func referencesAreTheSameByConstruction() throws {
        let project = RailwaySnapshot(shared: ["JWT_SECRET": ObservedValue(sealed: nil)])
        let reference = ObservedValue("${{shared.JWT_SECRET}}")
        let report = try audit([("auth-service", reference), ("chat-service", reference)], project: project)
        #expect(agreements(report) == [.same, .same])
        #expect(report.findings.isEmpty)
        let toOwner = try audit(
            [
                ("auth-service", ObservedValue(sealed: nil)),
                ("chat-service", ObservedValue("${{auth-service.JWT_SECRET}}")),
            ]
        )
        #expect(agreements(toOwner) == [.same, .same])
    }

    @Test func sealedValuesCannotBeComparedWithoutFingerprints() throws {
        let sealed = ObservedValue(sealed: nil)
        let report = try audit([("auth-service", sealed), ("chat-service", sealed)])
        #expect(agreements(report) == [.same, .unverified])
        #expect(report.findings.map(\.code) == [.unverifiedMatch])
        #expect(report.findings[0].remedy.contains("ENVSCHEMA_AUDIT_KEY"))
    }

    @Test func withoutAnOwnerTheValueOfMostCounts() throws {
        let variable = Make.variable("JWT_SECRET", sharing: .should)
        let report = try audit(
            [("a", ObservedValue("1")), ("b", ObservedValue("2")), ("c", ObservedValue("2"))],
            variable: variable
        )
        #expect(agreements(report) == [.different, .same, .same])
        #expect(report.findings.filter { $0.code == .valueMismatch }.map(\.severity) == [.warning])
    }

    @Test func anOwnerOutsideOfTheAuditIsNamed() throws {
        let report = try audit([("chat-service", ObservedValue("1")), ("b", ObservedValue("1"))])
        #expect(report.findings.filter { $0.code == .unknownOwner }.count == 2)
    }

    @Test func someoneWhoHasNothingIsMissingNotDifferent() throws {
        let report = try audit([("auth-service", ObservedValue("1")), ("chat-service", nil)])
        #expect(agreements(report) == [.same, .absent] || agreements(report) == [.alone, .absent])
        #expect(report.findings.map(\.code).contains(.missing))
        #expect(!report.findings.map(\.code).contains(.valueMismatch))
    }
}
