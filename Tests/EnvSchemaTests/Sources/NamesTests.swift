import EnvSchema
import Testing

private struct NamesEnv: EnvSchema {
    static let prefixes = ["APPLE_"]
    @Env("DATABASE_URL", help: "Postgres", aliases: ["PG_URL"], deprecated: ["DB_URL", "DB"]) var database: String?
    @Env("PORT", help: "Port") var port: Int?
    @Env("APPLE_TEAM_ID", help: "Team") var team: String?
}

@Suite struct NamesTests {
    private func warnings(_ values: [String: String]) throws -> [String] {
        try NamesEnv.resolve(from: [.values(values)]).warnings.map {
            "\($0.variable ?? "") \($0.message); \($0.remedy ?? "")"
        }
    }

    @Test func anAliasIsReadWithoutAWarning() throws {
        let load = try NamesEnv.resolve(from: [.values(["PG_URL": "x"])])
        #expect(load.values.database == "x")
        #expect(load.warnings.isEmpty)
        #expect(load.explain("DATABASE_URL")?.origin == EnvOrigin(.memory, name: "PG_URL"))
    }

    @Test func anOldNameIsReadWithAWarning() throws {
        let load = try NamesEnv.resolve(from: [.values(["DB": "x"])])
        #expect(load.values.database == "x")
        #expect(
            try warnings(["DB": "x"]) == ["DATABASE_URL is set by its old name DB; rename DB to DATABASE_URL"]
        )
    }

    @Test func theNameBeatsAliasesAndOldNamesInOneSource() throws {
        let values = ["DATABASE_URL": "new", "PG_URL": "alias", "DB_URL": "old"]
        let load = try NamesEnv.resolve(from: [.values(values)])
        #expect(load.values.database == "new")
        #expect(
            try warnings(values) == [
                "DATABASE_URL is set under two names; PG_URL is not used; unset PG_URL",
                "DATABASE_URL is set under two names; DB_URL is not used; unset DB_URL",
            ]
        )
    }

    @Test func anEarlierSourceBeatsALaterOneWhateverTheName() throws {
        let load = try NamesEnv.resolve(from: [.values(["DB": "first"]), .values(["DATABASE_URL": "second"])])
        #expect(load.values.database == "first")
    }

    @Test func aSlipIsGuessed() throws {
        #expect(
            try warnings(["DATABSE_URL": "x"]) == ["DATABSE_URL is set, but not declared; did you mean DATABASE_URL?"]
        )
        #expect(try warnings(["PROT": "1"]) == ["PROT is set, but not declared; did you mean PORT?"])
        #expect(try warnings(["port": "1"]) == ["port is set, but not declared; did you mean PORT?"])
    }

    @Test func nothingIsGuessedForAVariableThatIsSet() throws {
        #expect(try warnings(["PROT": "1", "PORT": "1"]) == [])
    }

    @Test func foreignNamesAreNobodysBusiness() throws {
        #expect(try warnings(["HOME": "/", "PATH": "/bin", "POST": "x", "SORT_BY": "y"]).count == 1)
        #expect(try warnings(["RAILWAY_SERVICE_NAME": "x", "TZ": "UTC", "PWD": "/", "REPORT": "1"]) == [])
    }

    @Test func everyNameUnderADeclaredPrefixIsAskedFor() throws {
        #expect(
            try warnings(["APPLE_SERVICES_ID": "x", "APPLE_TEAMID": "y"]) == [
                "APPLE_SERVICES_ID is set, but not declared; declare it, or remove it",
                "APPLE_TEAMID is set, but not declared; did you mean APPLE_TEAM_ID?",
            ]
        )
    }

    @Test func aFileVariableThatIsNotReadIsNamed() throws {
        #expect(
            try warnings(["DATABASE_URL_FILE": "/x"]) == [
                "DATABASE_URL_FILE is set, but DATABASE_URL is not read from a file; "
                    + "declare it with orFile: true, or set DATABASE_URL"
            ]
        )
    }

    @Test func loadHandsWarningsToTheCaller() throws {
        var seen: [EnvProblem] = []
        _ = try NamesEnv.load(from: [.values(["PROT": "1"])]) { seen.append($0) }
        #expect(seen.map(\.code) == [.unknownName])
    }
}
