import EnvSchemaAudit
import Testing

@Suite struct RailwaySnapshotTests {
    static let status = """
        {"id": "p", "name": "vlvt", "services": {"edges": [
          {"node": {"id": "s1", "name": "auth-service"}}, {"node": {"id": "s2", "name": "Postgres"}}]},
         "environments": {"edges": [
          {"node": {"id": "e1", "name": "production", "serviceInstances": {"edges": [
            {"node": {"serviceId": "s1", "serviceName": "auth-service", "latestDeployment": {"id": "d1"}}},
            {"node": {"serviceId": "s2", "latestDeployment": null}}]}}},
          {"node": {"id": "e2", "name": "staging", "serviceInstances": {"edges": [
            {"node": {"serviceId": "s3", "serviceName": "Redis"}}]}}}]}}
        """

    static let configuration = """
        {"services": {
          "s1": {"source": {"repo": "x/y"}, "variables": {
            "PORT": {"value": "3001"},
            "DATABASE_URL": {"value": "${{Postgres.DATABASE_URL}}"},
            "JWT_SECRET": {"value": null, "isSealed": true},
            "HIDDEN": {"isOptional": true},
            "GONE": null}},
          "s2": {"variables": {"DATABASE_URL": {"value": "postgres://u:Zk3v9QmT7xR1pLw8Ye5u@h/d"}}},
          "s9": {"isDeleted": true, "variables": {}}},
         "sharedVariables": {"SENTRY_DSN": {"value": "https://k@sentry.example/1"}}}
        """

    private func snapshot(_ configuration: String, status: String? = status) throws -> RailwaySnapshot {
        try RailwaySnapshot(
            environmentConfiguration: Array(configuration.utf8),
            status: status.map { Array($0.utf8) }
        )
    }

    @Test func namesServicesAndReadsTheirVariables() throws {
        let snapshot = try snapshot(Self.configuration)
        #expect(snapshot.services.map(\.name) == ["Postgres", "auth-service"])
        #expect(snapshot.environment == "production")
        #expect(snapshot.otherEnvironments == ["staging": ["Redis"]])
        let auth = try #require(snapshot.service(named: "auth-service"))
        #expect(auth.deployment == "d1")
        #expect(auth.values.variables.keys.sorted() == ["DATABASE_URL", "HIDDEN", "JWT_SECRET", "PORT"])
        #expect(auth.values.variables["JWT_SECRET"]?.isSealed == true)
        #expect(auth.values.variables["HIDDEN"]?.isSealed == true)
        #expect(auth.values.variables["PORT"]?.isSealed == false)
        #expect(snapshot.shared.keys.sorted() == ["SENTRY_DSN"])
    }

    @Test func idsStandForNamesWithoutTheStatus() throws {
        #expect(try snapshot(Self.configuration, status: nil).services.map(\.name) == ["s1", "s2"])
    }

    @Test func readsAConfigurationInsideAnEnvelope() throws {
        let snapshot = try snapshot("{\"name\": \"production\", \"config\": \(Self.configuration)}")
        #expect(snapshot.services.count == 2)
    }

    @Test(arguments: [
        "[]", "{}", "null", "3", "{\"services\": []}", "{\"services\": {\"s1\": 4}}",
        "{\"services\": {\"s1\": {\"variables\": [1]}}}", "{\"services\": {\"s1\": {\"variables\": {\"A\": []}}}}",
        "{\"services\": {\"s1\": {\"variables\": {\"A\": {\"value\": {\"x\": 1}}}}}}",
        "{\"services\": {}, \"sharedVariables\": \"no\"}",
    ])
    func namesUnknownShapes(_ configuration: String) {
        do throws(AuditInputError) {
            _ = try RailwaySnapshot(environmentConfiguration: Array(configuration.utf8))
            Issue.record("It was read.")
        } catch {
            #expect(error.code == .unknownShape)
        }
    }

    @Test(arguments: ["[]", "{}", "{\"services\": {\"edges\": 3}}", "{\"services\": [{\"id\": 5, \"name\": null}]}"])
    func namesAStatusOfUnknownShape(_ status: String) {
        #expect(throws: AuditInputError.self) { try snapshot(Self.configuration, status: status) }
    }

    @Test func toleratesUnknownMembersAndPlainLists() throws {
        let status = #"{"zzz": [[[]]], "services": [{"id": "s1", "name": "auth-service", "more": {}}]}"#
        let snapshot = try snapshot(
            #"{"volumes": 7, "services": {"s1": {"variables": {"A": {"value": 5, "new": []}, "B": true, "C": {"value": ""}}}}}"#,
            status: status
        )
        let values = try #require(snapshot.service(named: "auth-service")).values.variables
        #expect(values.keys.sorted() == ["A", "B", "C"])
        #expect(values["C"]?.isEmpty == true)
    }

    @Test func warnsOfIdsThatTheStatusDoesNotName() throws {
        let snapshot = try snapshot(#"{"services": {"s7": {}}}"#)
        #expect(snapshot.warnings == ["The status names no service of id s7."])
    }
}
