import EnvSchema
import EnvSchemaAudit
import Testing

@Suite struct PresenceTests {
    @Test func aRequiredVariableThatIsAbsentIsAnErrorWithACommand() throws {
        let report = try audit([Make.variable("KEY", secret: true)], values: [:])
        #expect(report.cell("KEY")?.status == .notConfigured)
        #expect(report.cell("KEY")?.presence == .absent)
        let finding = try #require(report.findings.first)
        #expect(finding.severity == .error)
        #expect(finding.code == .missing)
        #expect(
            finding.command
                == "IFS= read -rs value && printf %s \"$value\" | railway variable set KEY --stdin --service api-service; unset value"
        )
    }

    @Test func statusesFollowFromTheAxes() throws {
        let report = try audit(
            [
                Make.variable("SET"), Make.variable("OPTIONAL", .optional), Make.variable("DEFAULTED", .defaulted),
                Make.variable("MUST", sharing: .must), Make.variable("SHOULD", sharing: .should),
                Make.variable("OPTIONAL_SET", .optional), Make.variable("REF"),
            ],
            values: [
                "SET": "1", "MUST": "1", "SHOULD": "1", "OPTIONAL_SET": "1", "REF": "${{Postgres.X}}",
            ]
        )
        #expect(
            report.services[0].cells.map(\.status.rawValue) == [
                "Configured", "Optional", "Optional", "Must be shared", "Should be shared", "Configured", "Railway ref",
            ]
        )
    }

    @Test func aServiceWithoutValuesIsNew() throws {
        let report = try audit([Make.variable("A"), Make.variable("B", .optional)], values: nil)
        #expect(report.services[0].isNew)
        #expect(report.services[0].cells.map(\.status) == [.new, .new])
        #expect(report.codes == ["- new-service"])
        #expect(report.exitCode() == 0)
    }

    @Test func emptyCountsAsMissingUnlessAllowed() throws {
        let report = try audit(
            [Make.variable("A"), Make.variable("B", .optional), Make.variable("C") { $0.allowsEmpty = true }],
            values: ["A": "", "B": "", "C": ""]
        )
        #expect(report.services[0].cells.map(\.presence) == [.empty, .empty, .set])
        #expect(report.services[0].cells.map(\.status) == [.notConfigured, .optional, .configured])
        #expect(report.findings.map(\.severity) == [.error, .warning])
    }

    @Test func oldNamesAreReadWithAWarning() throws {
        let variable = Make.variable("NEW_NAME") {
            $0.aliases = ["OTHER"]; $0.deprecatedNames = ["OLD_NAME"]
        }
        let old = try audit([variable], values: ["OLD_NAME": "1"])
        #expect(old.cell("NEW_NAME")?.status == .configured)
        #expect(old.codes == ["NEW_NAME deprecated-name"])
        #expect(try audit([variable], values: ["OTHER": "1"]).codes.isEmpty)
        #expect(try audit([variable], values: ["NEW_NAME": "", "OTHER": "1"]).cell("NEW_NAME")?.presence == .set)
    }

    @Test func aFileCountsWhereItIsAccepted() throws {
        let variable = Make.variable("KEY") { $0.acceptsFile = true }
        let report = try audit([variable], values: ["KEY_FILE": "/run/secrets/key"])
        #expect(report.cell("KEY")?.presence == .sealed)
        #expect(report.findings.isEmpty)
        #expect(try audit([Make.variable("KEY")], values: ["KEY_FILE": "/x"]).cell("KEY")?.presence == .absent)
    }

    @Test func sealedIsNeitherAbsentNorEmpty() throws {
        let values = ServiceValues(
            observed: ["KEY": ObservedValue(sealed: nil)],
            kind: .railwayConfiguration,
            label: "config"
        )
        let service = AuditedService(Make.manifest("a", [Make.variable("KEY", secret: true)]), values: values)
        let report = try EnvAudit(services: [service]).report()
        #expect(report.cell("KEY")?.presence == .sealed)
        #expect(report.cell("KEY")?.status == .configured)
        #expect(report.findings.isEmpty)
    }

    @Test func whatIsRequiredDependsOnTheMode() throws {
        let variable = Make.variable("KEY") { $0.requirement.optionalIn = [.preview] }
        #expect(try audit([variable], values: [:], mode: .production).exitCode() == 1)
        #expect(try audit([variable], values: [:], mode: .preview).exitCode() == 0)
    }

    @Test func undeclaredVariablesAreNamedWithWhatWasMeant() throws {
        let report = try audit(
            [Make.variable("JWT_SECRET"), Make.variable("PORT")],
            values: ["JWT_SECERT": "1", "PORT": "1", "PROT": "2", "ANALYTICS": "x", "RAILWAY_PROJECT_ID": "p"]
        )
        #expect(report.services[0].cells.map(\.variable) == ["JWT_SECRET", "PORT", "ANALYTICS", "JWT_SECERT", "PROT"])
        #expect(report.services[0]["ANALYTICS"]?.status == .unknown)
        let unknown = report.findings.filter { $0.code == .unknownVariable }
        #expect(unknown.map(\.severity) == [.note, .warning, .note])
        #expect(unknown[1].message.hasSuffix("Did you mean JWT_SECRET?"))
        #expect(unknown[2].message.hasSuffix("Did you mean PORT?"))
    }

    @Test func aProcessHasForeignVariables() throws {
        let service = AuditedService(
            Make.manifest("a", [Make.variable("JWT_SECRET")]),
            values: .process(["PATH": "/bin", "HOME": "/", "JWT_SECERT": "x"])
        )
        let report = try EnvAudit(services: [service]).report()
        #expect(report.findings.filter { $0.code == .unknownVariable }.map(\.variable) == ["JWT_SECERT"])
    }

    @Test func theKeyOfAnAuditMustNotStay() throws {
        let report = try audit([], values: ["ENVSCHEMA_AUDIT_KEY": "x"])
        #expect(report.codes == ["ENVSCHEMA_AUDIT_KEY audit-key-left"])
    }

    @Test func valuesThatTheTypeForbidsAreErrorsWithoutTheValue() throws {
        let choice = EnvTypeDescription(
            name: "choice",
            expected: "a choice",
            choices: ["resend", "smtp"],
            example: "smtp"
        )
        let report = try audit(
            [Make.variable("PORT", type: Make.integer), Make.variable("MAIL", type: choice)],
            values: ["PORT": "80a-hunter2", "MAIL": "ressend"]
        )
        #expect(report.codes == ["PORT invalid-value", "MAIL invalid-value"])
        #expect(!report.findings.contains { $0.message.contains("80a") || $0.message.contains("ressend") })
    }

    @Test func theSameSecretUnderTwoNamesIsAWarning() throws {
        let report = try audit(
            [Make.variable("A", secret: true), Make.variable("B", secret: true), Make.variable("C", secret: true)],
            values: ["A": "n0t-guessable-1", "B": "n0t-guessable-1", "C": "${{A}}"],
            project: RailwaySnapshot()
        )
        #expect(report.codes == ["B reused-secret"])
    }

    @Test func twoServicesOfOneNameAreRefused() {
        let service = AuditedService(Make.manifest("a", []))
        #expect(throws: AuditInputError.self) { try EnvAudit(services: [service, service]).report() }
    }

    @Test func aManifestOfANewerFormatIsRefused() {
        var manifest = Make.manifest("a", [])
        manifest.minimumReader = 2
        #expect(throws: AuditInputError.self) { try EnvAudit(services: [AuditedService(manifest)]).report() }
    }
}
