import EnvSchema
import Testing

/// One line of a `.env` file and what each dialect's own program reads, or nil where it fails.
private struct Row: CustomTestStringConvertible {
    let input: String
    var expands = false
    let compose: [String: String?]?
    let node: [String: String?]?
    let python: [String: String?]?
    let bash: [String: String?]?

    var testDescription: String { input }

    func expected(_ dialect: DotEnvDialect) -> [String: String?]? {
        switch dialect {
        case .node: node
        case .python: python
        case .bash: bash
        default: compose
        }
    }
}

/// Every input of the table of dialects, read as each dialect's own program reads it.
@Suite struct DotEnvTableTests {
    private static func all(_ input: String, _ value: String, expands: Bool = false) -> Row {
        Row(
            input: input,
            expands: expands,
            compose: ["A": value],
            node: ["A": value],
            python: ["A": value],
            bash: ["A": value]
        )
    }

    private static let rows: [Row] = [
        Row(input: "A=a#b", compose: ["A": "a#b"], node: ["A": "a"], python: ["A": "a#b"], bash: ["A": "a#b"]),
        all("A=a #b", "a"),
        Row(input: "A= # c", compose: ["A": "# c"], node: ["A": ""], python: ["A": ""], bash: ["A": ""]),
        all("A=\"x y\"", "x y"),
        all("A='x y'", "x y"),
        Row(input: "A=x y", compose: ["A": "x y"], node: ["A": "x y"], python: ["A": "x y"], bash: nil),
        Row(
            input: #"A="a\nb""#,
            compose: ["A": "a\nb"],
            node: ["A": "a\nb"],
            python: ["A": "a\nb"],
            bash: ["A": #"a\nb"#]
        ),
        Row(
            input: #"A="a\tb""#,
            compose: ["A": "a\tb"],
            node: ["A": #"a\tb"#],
            python: ["A": "a\tb"],
            bash: ["A": #"a\tb"#]
        ),
        Row(input: #"A='a\'b'"#, compose: ["A": "a'b"], node: ["A": #"a\'b"#], python: ["A": "a'b"], bash: nil),
        Row(
            input: "A=\"x\"y\n",
            compose: ["A": "x", "y": nil],
            node: ["A": "\"x\"y"],
            python: [:],
            bash: ["A": "xy"]
        ),
        all("A=\"x\ny\"", "x\ny"),
        Row(
            input: "B=1\nA=$B",
            expands: true,
            compose: ["B": "1", "A": "1"],
            node: ["B": "1", "A": "1"],
            python: ["B": "1", "A": "$B"],
            bash: ["B": "1", "A": "1"]
        ),
        Row(input: "A=$B", compose: ["A": "$B"], node: ["A": "$B"], python: ["A": "$B"], bash: ["A": "$B"]),
        Row(
            input: "B=1\nA='${B}'",
            expands: true,
            compose: ["B": "1", "A": "${B}"],
            node: ["B": "1", "A": "${B}"],
            python: ["B": "1", "A": "1"],
            bash: ["B": "1", "A": "${B}"]
        ),
        all("A=${U:-d}", "d", expands: true),
        Row(
            input: "A=${U-d}",
            expands: true,
            compose: ["A": "d"],
            node: ["A": "d"],
            python: ["A": ""],
            bash: ["A": "d"]
        ),
        Row(input: "A=$(cmd)", compose: ["A": "$(cmd)"], node: ["A": "$(cmd)"], python: ["A": "$(cmd)"], bash: nil),
        Row(
            input: "A=pa$$word",
            expands: true,
            compose: ["A": "pa$word"],
            node: ["A": "pa$word"],
            python: ["A": "pa$$word"],
            bash: nil
        ),
        Row(
            input: "A=pa$$word",
            compose: ["A": "pa$$word"],
            node: ["A": "pa$$word"],
            python: ["A": "pa$$word"],
            bash: nil
        ),
        Row(input: "A=`x`", compose: ["A": "`x`"], node: ["A": "x"], python: ["A": "`x`"], bash: nil),
        Row(input: "A", compose: ["A": nil], node: [:], python: ["A": nil], bash: nil),
        all("export A=1", "1"),
        Row(input: "A: b", compose: ["A": "b"], node: ["A": "b"], python: [:], bash: nil),
        Row(input: "A = b", compose: ["A": "b"], node: ["A": "b"], python: ["A": "b"], bash: nil),
        Row(input: "A-B=1", compose: ["A-B": "1"], node: ["A-B": "1"], python: ["A-B": "1"], bash: nil),
        Row(input: "\u{FEFF}A=1", compose: ["A": "1"], node: ["A": "1"], python: ["A": "1"], bash: nil),
        Row(
            input: "A=1\r\nB=2\r\n",
            compose: ["A": "1", "B": "2"],
            node: ["A": "1", "B": "2"],
            python: ["A": "1", "B": "2"],
            bash: ["A": "1\r", "B": "2\r"]
        ),
        Row(input: "A=\"x", compose: nil, node: ["A": "\"x"], python: [:], bash: nil),
        all("A=${{Postgres.DATABASE_URL}}", "${{Postgres.DATABASE_URL}}"),
        all("A=${{Postgres.DATABASE_URL}}", "${{Postgres.DATABASE_URL}}", expands: true),
    ]

    @Test(arguments: rows) private func rowReadsAsInEachDialect(_ row: Row) {
        for dialect in DotEnvDialect.all {
            let options = DotEnvOptions(
                dialect: dialect,
                reading: .faithful,
                expansion: row.expands ? .on(process: [:]) : .off
            )
            do {
                let file = try DotEnvFile(parsing: Array(row.input.utf8), options: options)
                let found = Dictionary(file.entries.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
                #expect(found == row.expected(dialect), "\(dialect)")
            } catch {
                #expect(row.expected(dialect) == nil, "\(dialect): \(error)")
            }
        }
    }
}
