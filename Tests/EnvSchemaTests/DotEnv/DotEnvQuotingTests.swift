import EnvSchema
import Testing

@Suite struct DotEnvQuotingTests {
    @Test(arguments: [
        ("abc", "abc"), ("", "\"\""), ("a b", "'a b'"), ("a#b", "'a#b'"), ("it's", "\"it's\""),
        ("pa$$word", "'pa$$word'"),
        ("a\nb", "'a\nb'"), ("C:\\dir", "'C:\\dir'"), ("{\"k\": 1}", "'{\"k\": 1}'"), ("`x`", "'`x`'"),
        ("$(x)", "'$(x)'"),
        ("postgres://u:p@h:5432/d", "postgres://u:p@h:5432/d"), (" x ", "' x '"), ("ä", "'ä'"),
    ])
    func valueGetsThePlainestForm(_ value: String, _ form: String) {
        #expect(DotEnvQuoting.quote(value) == form)
    }

    @Test(arguments: ["it's $5", "'\"", "a\\\\b'", "${B}", "${{Postgres.URL}}", "a\rb", "\0", "x\\"])
    func valueWithoutACommonFormGetsNone(_ value: String) {
        #expect(DotEnvQuoting.quote(value) == nil)
    }

    @Test(arguments: [
        ("it's $5", DotEnvDialect.compose), ("'\"", .compose), ("'\"", .bash), ("'\"", .python), ("'\"", .node),
        ("${B}", .compose),
        ("${B}", .bash), ("x\\", .bash), ("x\\", .compose), ("x\\", .python), ("a\\\\b'", .python),
    ])
    func oneDialectHasAFormWhereAllHaveNone(_ value: String, _ dialect: DotEnvDialect) throws {
        let form = try #require(DotEnvQuoting.quote(value, for: [dialect]))
        let file = try DotEnvFile(
            parsing: Array("A=\(form)\n".utf8),
            options: DotEnvOptions(dialect: dialect, expansion: .on(process: ["B": "wrong"]))
        )
        #expect(file["A"]?.value == value)
    }

    @Test func formOfGeneratedValuesReadsAlikeEverywhere() throws {
        var generator = DotEnvGenerator(seed: 3, pieces: DotEnvGenerator.hostilePieces)
        var withForm = 0
        for _ in 0..<3_000 {
            let value = generator.text(maximumPieces: 6)
            guard let form = DotEnvQuoting.quote(value) else { continue }
            withForm += 1
            for dialect in DotEnvDialect.all {
                let options = DotEnvOptions(dialect: dialect, reading: .faithful, expansion: .on(process: [:]))
                let file = try DotEnvFile(parsing: Array("X=1\nA=\(form)\nZ=2".utf8), options: options)
                #expect(file["A"]?.value == value, "\(dialect)")
            }
        }
        #expect(withForm > 500)
    }
}
