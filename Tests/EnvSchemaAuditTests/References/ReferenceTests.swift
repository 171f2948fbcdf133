import EnvSchema
import EnvSchemaAudit
import Testing

/// References as an audit sees them, in a project of two services and shared variables.
@Suite struct ReferenceTests {
    private func project(_ own: [String: String] = [:], shared: [String: String] = [:]) -> RailwaySnapshot {
        RailwaySnapshot(
            environment: "production",
            services: [
                .init(
                    name: "Postgres",
                    values: ServiceValues([
                        "DATABASE_URL": "postgres://u:p@${{RAILWAY_PRIVATE_DOMAIN}}/d", "PORT": "5432",
                    ])
                ),
                .init(
                    name: "Sealed",
                    values: ServiceValues(observed: ["KEY": ObservedValue(sealed: nil)], kind: .memory, label: "m")
                ),
                .init(name: "api-service", values: ServiceValues(own)),
            ],
            shared: shared.mapValues { ObservedValue($0) },
            otherEnvironments: ["staging": ["Redis", "Postgres"]]
        )
    }

    private func check(
        _ value: String,
        others: [String: String] = [:],
        shared: [String: String] = [:]
    ) throws -> (AuditPresence?, AuditFinding?) {
        let values = others.merging(["V": value]) { $1 }
        let names = values.keys.sorted().map { Make.variable($0) }
        let report = try audit(names, values: values, project: project(shared: shared))
        return (report.cell("V")?.presence, report.findings.first { $0.variable == "V" })
    }

    @Test(arguments: [
        "${{Postgres.DATABASE_URL}}", "${{ Postgres.DATABASE_URL }}", "x ${{Postgres.PORT}} y", "${{shared.DSN}}",
        "${{OTHER}}",
        "${{api-service.OTHER}}", "${{Postgres.RAILWAY_PRIVATE_DOMAIN}}", "${{RAILWAY_PUBLIC_DOMAIN}}",
        "${{Sealed.KEY}}",
        "${{Postgres.PORT}}${{Postgres.PORT}}",
    ])
    func resolves(_ value: String) throws {
        let (presence, finding) = try check(value, others: ["OTHER": "1"], shared: ["DSN": "d"])
        #expect(presence == .referenceResolved)
        #expect(finding == nil)
    }

    @Test func danglingServiceSuggestsANearName() throws {
        let (presence, finding) = try check("${{Postgre.DATABASE_URL}}")
        #expect(presence == .referenceDangling)
        #expect(finding?.code == .danglingService)
        #expect(finding?.message == "There is no service Postgre. Did you mean Postgres?")
        #expect(finding?.remedy == "Write ${{Postgres.DATABASE_URL}}.")
        #expect(
            finding?.command
                == "printf %s '${{Postgres.DATABASE_URL}}' | railway variable set V --stdin --service api-service --environment production"
        )
    }

    @Test func danglingVariableSuggestsANearName() throws {
        let (presence, finding) = try check("${{Postgres.DATABASE_UR}}")
        #expect(presence == .referenceDangling)
        #expect(finding?.code == .danglingVariable)
        #expect(finding?.remedy == "Write ${{Postgres.DATABASE_URL}}.")
    }

    @Test func aSharedVariableIsSuggestedForAnOwnOneThatIsMissing() throws {
        let (_, finding) = try check("${{DSN}}", shared: ["DSN": "d"])
        #expect(finding?.remedy == "Write ${{shared.DSN}}.")
    }

    @Test(arguments: [
        ("${{postgres.DATABASE_URL}}", "${{Postgres.DATABASE_URL}}"),
        ("${{Postgres.database_url}}", "${{Postgres.DATABASE_URL}}"),
        ("${{POSTGRES.Database_Url}}", "${{Postgres.DATABASE_URL}}"), ("${{Shared.DSN}}", "${{shared.DSN}}"),
        ("${{shared.dsn}}", "${{shared.DSN}}"), ("${{other}}", "${{OTHER}}"),
    ])
    func wrongCaseShowsTheRightSpelling(_ value: String, _ right: String) throws {
        let (presence, finding) = try check(value, others: ["OTHER": "1"], shared: ["DSN": "d"])
        #expect(presence == .referenceWrongCase)
        #expect(finding?.code == .wrongCase)
        #expect(finding?.remedy == "Write \(right).")
    }

    @Test func aCircleShowsItsPath() throws {
        let (presence, finding) = try check("${{A}}", others: ["A": "x${{B}}", "B": "${{api-service.V}}"])
        #expect(presence == .referenceCyclic)
        #expect(finding?.code == .cyclicReference)
        let path = try #require(finding?.message)
        for name in ["api-service.A", "api-service.B", "api-service.V"] { #expect(path.contains(name)) }
        #expect(path.contains(" → "))
    }

    @Test func whatLeadsToACircleIsCyclicToo() throws {
        let report = try audit(
            ["A", "B", "Z"].map { Make.variable($0) },
            values: ["A": "${{B}}", "B": "${{A}}", "Z": "${{A}}"],
            project: project()
        )
        #expect(report.services[0].cells.map(\.presence) == [.referenceCyclic, .referenceCyclic, .referenceCyclic])
    }

    @Test func aReferenceToItselfIsNamed() throws {
        let (presence, finding) = try check("${{V}}")
        #expect(presence == .referenceCyclic)
        #expect(finding?.code == .selfReference)
        #expect(try check("a ${{api-service.V}}").1?.code == .selfReference)
    }

    @Test(arguments: [
        "${{Redis.URL}}", "${{staging.Postgres.DATABASE_URL}}", "${{staging.URL}}", "${{production.URL}}",
    ])
    func anotherEnvironmentCannotBeReached(_ value: String) throws {
        let (presence, finding) = try check(value)
        #expect(presence == .referenceDangling)
        #expect(finding?.code == .crossEnvironment || value.contains("staging.Postgres"))
    }

    @Test(arguments: ["${{", "${{}}", "${{ }}", "${{Postgres.}}", "${{.X}}", "${{secret(32)}}", "${{A"])
    func malformedReferencesAreNamed(_ value: String) throws {
        let (presence, finding) = try check(value)
        #expect(presence == .referenceDangling)
        #expect(finding?.code == .malformedReference)
    }

    @Test(arguments: ["$X", "${X}", "$${X}", "{{X}}", "$ {{X}}", "$(date)", "%7B%7B", "}}"])
    func whatLooksLikeAReferenceAndIsNoneIsText(_ value: String) throws {
        let (presence, finding) = try check(value)
        #expect(presence == .set)
        #expect(finding == nil)
    }

    @Test func brokenLinksAreReportedAtBothEnds() throws {
        let report = try audit(
            [Make.variable("A"), Make.variable("B")],
            values: ["A": "${{B}}", "B": "${{Nowhere.X}}"],
            project: project()
        )
        #expect(report.codes == ["A dangling-service", "B dangling-service"])
    }

    @Test func withoutAProjectNothingIsKnownToBeWrong() throws {
        let report = try audit([Make.variable("V")], values: ["V": "${{Postgres.DATABASE_URL}}"])
        #expect(report.cell("V")?.presence == .referenceUnverified)
        #expect(report.cell("V")?.status == .railwayReference)
        #expect(report.findings.map(\.severity) == [.note])
    }

    @Test func aLongChainEndsInsteadOfCrashing() throws {
        var values: [String: String] = ["V100000": "end"]
        for number in 0..<100_000 { values["V\(number)"] = "${{V\(number + 1)}}" }
        let report = try audit([Make.variable("V0")], values: values, project: project())
        #expect(report.cell("V0")?.presence == .referenceDangling)
        #expect(report.findings.contains { $0.variable == "V0" && $0.code == .referenceTooLarge })
    }

    @Test func aBombIsCutAtTheSizeOfAVariable() throws {
        var values: [String: String] = ["B0": String(repeating: "x", count: 100)]
        for number in 1...40 { values["B\(number)"] = String(repeating: "${{B\(number - 1)}}", count: 10) }
        let report = try audit([Make.variable("B40")], values: values, project: project())
        #expect(report.findings.contains { $0.variable == "B40" && $0.code == .referenceTooLarge })
    }

    @Test func manyReferencesInOneValueAreFast() throws {
        let value = String(repeating: "${{Nowhere.X}}", count: 50_000)
        let (presence, _) = try check(value)
        #expect(presence == .referenceDangling)
    }

    @Test func referencesToAnEmptyVariableAreEmpty() throws {
        let (presence, finding) = try check("${{EMPTY}}", others: ["EMPTY": ""])
        #expect(presence == .empty)
        #expect(finding?.code == .empty)
    }
}
