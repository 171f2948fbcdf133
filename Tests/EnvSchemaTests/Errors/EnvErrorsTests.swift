import EnvSchema
import EnvSchemaTools
import FoundationEssentials
import Testing

@Suite struct EnvErrorsTests {
    private func errors() throws -> EnvErrors {
        try #require(throws: EnvErrors.self) {
            try AuthEnv.load(from: [.values(["PORT": "99999", "PROT": "1", "EMAIL_PROVIDER": "resend"])])
        }
    }

    @Test func theDescriptionIsABlockToReadAndCopyFrom() throws {
        let expected = """
            auth-service (production): 4 problems in the environment
              ✗ PORT is not valid: it is more than 65535 [values given by the program]
                  expected: a whole number, from 1 to 65535
                  to mend:  export PORT=3001
              ✗ DATABASE_URL is not set
                  expected: a URL, with the scheme postgres or postgresql
                  to mend:  export DATABASE_URL='postgres://<user>:<password>@<host>/<name>'
              ✗ JWT_SECRET is not set
                  expected: a text, at least 32 bytes
                  to mend:  export JWT_SECRET="$(openssl rand -base64 48)"
              ✗ RESEND_API_KEY must be set when EMAIL_PROVIDER is resend (Resend sends no mail without a key)
                  to mend:  set RESEND_API_KEY
            """
        for (line, other) in zip(try errors().description.split(separator: "\n"), expected.split(separator: "\n")) {
            #expect(line == other)
        }
        #expect(try errors().description.utf8.count == expected.utf8.count)
    }

    @Test func programsReadErrorsAsJSON() throws {
        struct Read: Decodable {
            struct Problem: Decodable {
                var code: String
                var variables: [String]
                var message: String
                var expected: String?
                var remedy: String?
            }
            var service: String
            var mode: String
            var problems: [Problem]
        }
        let errors = try errors()
        let read = try JSONDecoder().decode(Read.self, from: Data(errors.json().utf8))
        #expect(read.service == errors.service && read.mode == errors.mode?.rawValue)
        #expect(read.problems.map(\.code) == errors.problems.map(\.code.rawValue))
        #expect(read.problems.map(\.variables) == errors.problems.map(\.variables))
        #expect(read.problems.map(\.message) == errors.problems.map(\.message))
        #expect(read.problems.map(\.expected) == errors.problems.map(\.expected))
        #expect(read.problems.map(\.remedy) == errors.problems.map(\.remedy))
    }

    @Test func problemsCanBeAskedForByVariable() throws {
        #expect(try errors().problems(of: "PORT").map(\.code) == [.invalid])
        #expect(try errors().problems(of: "EMAIL_PROVIDER").isEmpty)
    }

    @Test func aMistakeInTheSchemaSaysSo() {
        let problem = EnvProblem(.declaration, ["A"], origin: .declaration, message: "is wrong", remedy: "mend it")
        #expect(
            EnvErrors(service: "x", problems: [problem]).description == """
                x: 1 problem in the schema
                  ✗ A is wrong [the declaration]
                      to mend:  mend it
                """
        )
    }
}
