import FoundationEssentials
import GroundworkCore
import GroundworkTesting
@testable import PGBackup
import Testing

@Suite struct ConnectionTests {
    private func connection(_ text: String, inherited: [String: String] = [:], in directory: String = "/tmp") throws
        -> Connection
    {
        try Connection(
            DatabaseURL(parsing: text),
            inherited: inherited,
            temporaryDirectory: directory,
            connectTimeout: .seconds(7)
        )
    }

    @Test func escapesColonsAndBackslashesInThePasswordFile() {
        #expect(String(decoding: Connection.passwordFile(#"a:b\c"#), as: UTF8.self) == "*:*:*:*:a\\:b\\\\c\n")
    }

    @Test func keepsThePasswordOutOfEnvironmentAndArguments() async throws {
        try await withTemporaryDirectory { directory in
            let connection = try connection("postgres://app:hunter2@h/db?keepalives_idle=9", in: directory)
            #expect(!connection.environment.values.joined().contains("hunter2"))
            #expect(connection.connectionString == "keepalives_idle='9'")
            let path = try #require(connection.environment["PGPASSFILE"])
            #expect(path.hasPrefix(directory))
            #expect(String(decoding: try OpenFile(path).read(100, at: 0), as: UTF8.self) == "*:*:*:*:hunter2\n")
        }
    }

    @Test func clearsInheritedVariablesOfPostgreSQLAndSecretsOfOthers() throws {
        let inherited = [
            "PGHOST": "wrong", "PGPASSWORD": "wrong", "PGSERVICE": "wrong", "AWS_SECRET_ACCESS_KEY": "secret",
            "HOME": "/home/app",
        ]
        let environment = try connection("postgres:///db", inherited: inherited).environment
        #expect(environment["PGHOST"] == nil)
        #expect(environment["PGPASSWORD"] == nil)
        #expect(environment["PGSERVICE"] == nil)
        #expect(environment["AWS_SECRET_ACCESS_KEY"] == nil)
        #expect(environment["HOME"] == "/home/app")
    }

    @Test func writesHostsPortsAndParameters() throws {
        let environment = try connection("postgres://u@a:1,b/db?sslmode=verify-full&options=-c%20x%3D1").environment
        #expect(environment["PGHOST"] == "a,b")
        #expect(environment["PGPORT"] == "1,5432")
        #expect(environment["PGUSER"] == "u")
        #expect(environment["PGDATABASE"] == "db")
        #expect(environment["PGSSLMODE"] == "verify-full")
        #expect(environment["PGOPTIONS"] == "-c x=1")
        #expect(environment["PGCONNECT_TIMEOUT"] == "7")
    }

    @Test func redactsThePasswordInTexts() throws {
        let connection = try connection("postgres://app:hunter2@h/db")
        #expect(connection.redact("no hunter2, hunter2!") == "no <redacted>, <redacted>!")
    }
}
