import EnvSchema
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

    @Test func errorsSurviveJSON() throws {
        let errors = try errors()
        #expect(try JSONRoundTrip.of(errors) == errors)
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
