import EnvSchema
import EnvSchemaTools
import Testing

@Suite struct DotEnvPortabilityTests {
    private func findings(_ text: String, showingValues: Bool = false) -> [DotEnvPortabilityFinding] {
        DotEnvPortability.findings(in: Array(text.utf8), showingValues: showingValues)
    }

    @Test func linesThatAllReadAlikeAreNotReported() {
        #expect(findings("# c\nA=1\nB='x y # z'\nC=\"it's\"\n\nexport D=http://h:80/p\nE=''\n").isEmpty)
    }

    @Test func differenceIsDescribedByLengthAndCause() throws {
        let finding = try #require(findings("A=1\nPASSWORD=hunter2#x\n").first)
        #expect(finding.line == 2)
        #expect(finding.causes == [.comment])
        #expect(
            finding.outcomes.map(\.outcome) == [.value(bytes: 9), .value(bytes: 7), .value(bytes: 9), .value(bytes: 9)]
        )
        #expect(
            finding.description
                == "line 2 reads differently (a # in or before the value): compose: 9 bytes, node: 7 bytes, "
                + "python: 9 bytes, bash: 9 bytes; write the value in single quotes"
        )
    }

    @Test func valuesAreShownOnRequestAlone() throws {
        let shown = try #require(findings("A=a#b", showingValues: true).first)
        #expect(shown.outcomes.map(\.value) == ["a#b", "a", "a#b", "a#b"])
        #expect(shown.description.contains("node: `a`"))
        #expect(try #require(findings("A=a#b").first).outcomes.allSatisfy { $0.value == nil })
    }

    @Test(arguments: [
        ("A=x y", DotEnvPortabilityFinding.Cause.space), ("A = b", .space), (#"A="a\tb""#, .escape),
        (#"A='a\'b'"#, .escape),
        ("A=$B", .dollar), ("A='${B}'", .dollar), ("A=pa$$word", .dollar), ("A=$(x)", .command), ("A=`x`", .command),
        ("A: b", .colon), ("A-B=1", .name), ("A", .name), ("A=\"x\"y", .quote), ("A=x\r", .carriageReturn),
        ("\u{FEFF}A=1", .byteOrderMark), ("A=${{P.URL}}", .railwayReference), ("A=a&b", .shell), ("A= # c", .comment),
        ("A=\"x", .quote),
    ])
    func causeIsNamed(_ line: String, _ cause: DotEnvPortabilityFinding.Cause) throws {
        let found = findings(line + "\n")
        #expect(found.count == 1)
        #expect(try #require(found.first).causes.contains(cause))
    }

    @Test func railwayReferenceIsReportedThoughTheParsersHereLeaveItAlone() throws {
        let finding = try #require(findings("A=${{Postgres.DATABASE_URL}}").first)
        #expect(finding.outcomes.map(\.outcome) == [.refused, .value(bytes: 26), .altered, .refused])
    }

    @Test func remedyReadsAlikeWhereThereIsOne() throws {
        #expect(try #require(findings("A=x y").first).remedy == "write the value in single quotes")
        #expect(try #require(findings("A=it's # c").first).remedy == "write the value in double quotes")
        #expect(try #require(findings(#"A="it's \"$\"""#).first).remedy.contains("A_FILE"))
    }

    @Test func linesWithinAValueAreNotReportedAgain() {
        let found = findings("KEY=-----BEGIN\nA=\"x\nB=1 2\nC=$D\n\"\n")
        #expect(found.map(\.line) == [2])
    }
}
