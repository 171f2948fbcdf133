import EnvSchema
import EnvSchemaTools
import Testing

/// Bad and hostile files: each is read or refused by a named error, in bounded time.
@Suite struct DotEnvHostileInputTests {
    private func parse(_ text: String, _ options: DotEnvOptions = DotEnvOptions()) throws(DotEnvError) -> DotEnvFile {
        try DotEnvFile(parsing: Array(text.utf8), options: options)
    }

    private func error(_ bytes: [UInt8], _ options: DotEnvOptions = DotEnvOptions()) -> DotEnvError? {
        do throws(DotEnvError) {
            _ = try DotEnvFile(parsing: bytes, options: options)
            return nil
        } catch {
            return error
        }
    }

    private func error(_ text: String, _ options: DotEnvOptions = DotEnvOptions()) -> DotEnvError? {
        error(Array(text.utf8), options)
    }

    @Test(arguments: DotEnvDialect.all) func nonUTF8IsRefusedWithItsPlace(_ dialect: DotEnvDialect) {
        let found = error(Array("A=1\nB=x".utf8) + [0xFF, 0x0A], DotEnvOptions(dialect: dialect))
        #expect(found?.code == .notUTF8)
        #expect(found?.line == 2)
        #expect(found?.column == 4)
    }

    @Test(arguments: [[0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80]] as [[UInt8]])
    func overlongAndCutSequencesAreRefused(_ bytes: [UInt8]) {
        #expect(error(Array("A=".utf8) + bytes)?.code == .notUTF8)
    }

    @Test(arguments: DotEnvDialect.all) func nulIsRefusedWithItsPlace(_ dialect: DotEnvDialect) {
        let found = error("# \nA='x\0y'", DotEnvOptions(dialect: dialect))
        #expect(found?.code == .nulByte)
        #expect(found?.line == 2)
        #expect(found?.column == 5)
    }

    @Test func byteOrderMarkIsNoPartOfTheFirstName() throws {
        let file = try parse("\u{FEFF}A=1")
        #expect(file.entries.map(\.name) == ["A"])
        #expect(file.entries.first?.column == 4)
    }

    @Test func carriageReturnsNeitherMergeLinesNorStayInValues() throws {
        #expect(try parse("A=1\r\nB=\"2\"\r\n\r\nC='3'\r\n").values == ["A": "1", "B": "2", "C": "3"])
    }

    @Test(arguments: DotEnvDialect.all) func lineOfTenMegabytesIsRefusedByItsLimit(_ dialect: DotEnvDialect) {
        let found = error("A=1\nB=" + String(repeating: "x", count: 10 << 20), DotEnvOptions(dialect: dialect))
        #expect(found?.code == .lineTooLong)
        #expect(found?.line == 2)
    }

    @Test(arguments: DotEnvDialect.all) func lineOfTenMegabytesIsReadWhenLimitsAllow(_ dialect: DotEnvDialect) throws {
        var options = DotEnvOptions(dialect: dialect)
        options.limits.lineBytes = 11 << 20
        options.limits.valueBytes = 11 << 20
        let file = try parse("A=" + String(repeating: "x", count: 10 << 20) + "\nB=2", options)
        #expect(file["A"]?.value?.utf8.count == 10 << 20)
        #expect(file["B"]?.line == 2)
    }

    @Test func valueOverItsLimitIsRefusedEvenOverManyLines() {
        let found = error("A='" + String(repeating: "x\n", count: 70_000) + "'")
        #expect(found?.code == .valueTooLong)
        #expect(found?.column == 3)
    }

    @Test func fileOverItsLimitIsRefused() {
        #expect(error([UInt8](repeating: 0x0A, count: (16 << 20) + 1))?.code == .fileTooLarge)
    }

    @Test(arguments: DotEnvDialect.all) func millionLinesAreRefusedByTheirLimit(_ dialect: DotEnvDialect) {
        let found = error(String(repeating: "A=1\n", count: 1_000_000), DotEnvOptions(dialect: dialect))
        #expect(found?.code == .tooManyEntries)
        #expect(found?.line == 100_001)
    }

    @Test(arguments: DotEnvDialect.all) func millionLinesAreReadWhenLimitsAllow(_ dialect: DotEnvDialect) throws {
        var options = DotEnvOptions(dialect: dialect)
        options.limits.entries = 1_000_000
        let file = try parse(String(repeating: "A=1\n", count: 1_000_000), options)
        #expect(file.entries.count == 1_000_000)
        #expect(file["A"]?.line == 1_000_000)
        #expect(file.warnings.count == options.limits.messages)
    }

    @Test(arguments: DotEnvDialect.all) func millionCommentsAndBlankLinesAreRead(_ dialect: DotEnvDialect) throws {
        let file = try parse(String(repeating: "# c\n\n", count: 1_000_000) + "A=1", DotEnvOptions(dialect: dialect))
        #expect(file["A"]?.line == 2_000_001)
    }

    @Test(arguments: DotEnvDialect.all) func millionBrokenLinesStopAtTheLimitOfMessages(_ dialect: DotEnvDialect) {
        let bytes = Array(String(repeating: "= x\n", count: 1_000_000).utf8)
        let (file, errors) = DotEnvFile.recovering(parsing: bytes, options: DotEnvOptions(dialect: dialect))
        #expect(errors.count == 1_001)
        #expect(file.entries.isEmpty)
    }

    @Test(arguments: DotEnvDialect.all) func unterminatedQuoteIsRefusedAtTheQuote(_ dialect: DotEnvDialect) {
        for quote in ["'", "\""] {
            let found = error("A=1\nKEY=\(quote)open\nB=2\n", DotEnvOptions(dialect: dialect))
            #expect(found?.code == .unterminatedQuote)
            #expect(found?.line == 2)
            #expect(found?.column == 5)
        }
    }

    /// Inputs on which a parser that looks ahead again and again takes time in the square of their length.
    @Test(
        arguments: [
            "A=\"\\\"\n", "A='\\'\n", "A='\n", "A=\"\n", "'A'\n", "A=`\n", "A=x'\\\n", "A=\"x\" y\n", "${", "A=${{",
            "$",
            "A=\\", "A:\n", "A=\n\n", "export ", "\t", "A \n", "#\"\n", "A=' # \"\n", "A=`x` \\`\n",
        ],
        DotEnvDialect.all
    )
    func repeatedPieceTakesLinearTime(_ piece: String, _ dialect: DotEnvDialect) {
        for reading in [DotEnvOptions.Reading.strict, .faithful] {
            var options = DotEnvOptions(dialect: dialect, reading: reading, expansion: .on(process: [:]))
            options.limits.lineBytes = 4 << 20
            options.limits.valueBytes = 4 << 20
            let bytes = Array(("X=" + String(repeating: piece, count: (1 << 18) / piece.utf8.count)).utf8)
            let start = ContinuousClock.now
            _ = DotEnvFile.recovering(parsing: bytes, options: options)
            // A square of this length would take many minutes.
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test(arguments: DotEnvDialect.all) func expansionCyclesEnd(_ dialect: DotEnvDialect) throws {
        let options = DotEnvOptions(dialect: dialect, expansion: .on(process: [:]))
        let file = try parse("A=${B}x\nB=${C}y\nC=${A}z\nA=${A}${C}\n", options)
        #expect(file.values == ["A": "xxz", "B": "y", "C": "xz"])
    }

    @Test(arguments: DotEnvDialect.all) func expansionBombIsRefusedByItsLimit(_ dialect: DotEnvDialect) {
        var text = "A0=lol\n"
        for level in 1...60 { text += "A\(level)=${A\(level - 1)}${A\(level - 1)}\n" }
        let found = error(text, DotEnvOptions(dialect: dialect, expansion: .on(process: [:])))
        #expect(found?.code == .valueTooLong)
        #expect(found?.line == 17)
    }

    @Test(arguments: DotEnvDialect.all) func wideExpansionBombIsRefusedByTheLimitOfTheFile(_ dialect: DotEnvDialect) {
        var text = "A=" + String(repeating: "x", count: 100_000) + "\n"
        for number in 0..<2_000 { text += "B\(number)=${A}\n" }
        let found = error(text, DotEnvOptions(dialect: dialect, expansion: .on(process: [:])))
        #expect(found?.code == .expansionTooLarge)
        #expect(found?.line == 169)
    }

    @Test(arguments: [DotEnvDialect.compose, .node, .bash]) func deepNestingIsRefusedByItsLimit(
        _ dialect: DotEnvDialect
    ) {
        let options = DotEnvOptions(dialect: dialect, expansion: .on(process: [:]))
        let deep = String(repeating: "${A:-", count: 30_000) + String(repeating: "}", count: 30_000)
        #expect(error("B=\(deep)", options)?.code == .expansionTooDeep)
        let fair = String(repeating: "${A:-", count: 16) + "x" + String(repeating: "}", count: 16)
        #expect(throws: Never.self) { try parse("B=\(fair)", options) }
    }

    @Test(arguments: DotEnvDialect.all) func valuesOfTheProcessAreNeverExpanded(_ dialect: DotEnvDialect) throws {
        let options = DotEnvOptions(dialect: dialect, expansion: .on(process: ["P": "${Q}$Q$(x)`y`", "Q": "wrong"]))
        #expect(try parse("A=${P}", options)["A"]?.value == "${Q}$Q$(x)`y`")
    }

    @Test(arguments: DotEnvDialect.all) func equalsSignsBelongToTheValue(_ dialect: DotEnvDialect) throws {
        #expect(try parse("A==b=c=", DotEnvOptions(dialect: dialect)).values == ["A": "=b=c="])
    }

    @Test(arguments: DotEnvDialect.all) func lastDuplicateCountsAndIsWarnedOf(_ dialect: DotEnvDialect) throws {
        let file = try parse("A=1\nB=2\nA=3\n", DotEnvOptions(dialect: dialect))
        #expect(file["A"]?.value == "3")
        #expect(file.entries.count == 3)
        #expect(file.warnings.map(\.code) == [.duplicate])
        #expect(file.warnings.first?.line == 3)
    }

    @Test(arguments: DotEnvDialect.all) func secretsWithRegexAndFormatCharactersStayAsTheyAre(_ dialect: DotEnvDialect)
        throws
    {
        let secret = #"^(?:.*)[a-z]+\d{2,}|%s%n%@%1$x{0}\Q.*\E(?i)&amp;<>"#
        #expect(try parse("A='\(secret)'", DotEnvOptions(dialect: dialect))["A"]?.value == secret)
    }

    @Test(arguments: DotEnvDialect.all) func valuesThatLookLikeReferencesStayAsTheyAre(_ dialect: DotEnvDialect) throws
    {
        for value in ["${{Postgres.DATABASE_URL}}", "$HOME", "%HOME%", "{{HOME}}"] {
            #expect(try parse("A='\(value)'", DotEnvOptions(dialect: dialect))["A"]?.value == value)
        }
    }

    @Test(arguments: DotEnvDialect.all) func railwayReferenceIsWarnedOf(_ dialect: DotEnvDialect) throws {
        let file = try parse("A=${{Postgres.DATABASE_URL}}", DotEnvOptions(dialect: dialect))
        #expect(file.warnings.map(\.code) == [.railwayReference])
    }

    @Test func nothingThatIsShownRepeatsTheFile() throws {
        // A secret of an alphabet that occurs nowhere in the program's own words.
        let secret = "ϗϘϙϚϛϜϝϞ"
        let pieces = [
            secret, secret + "=", "=", "'", "\"", "$", "${", "}", "\n", " ", "#", "\\", "`", "A=", "B=", ":?", "$(",
        ]
        var generator = DotEnvGenerator(seed: 4, pieces: pieces)
        for _ in 0..<5_000 {
            let bytes = Array(generator.text().utf8)
            for dialect in DotEnvDialect.all {
                let options = DotEnvOptions(dialect: dialect, expansion: .on(process: ["A": secret]))
                let (file, errors) = DotEnvFile.recovering(parsing: bytes, options: options)
                var shown = "\(file) \(file.entries) \(file.warnings) \(errors) \(options)"
                shown += String(reflecting: file) + String(reflecting: file.entries) + String(reflecting: errors)
                dump(file, to: &shown)
                dump(options, to: &shown)
                shown += DotEnvPortability.findings(in: bytes).map { "\($0)" }.joined()
                #expect(!shown.unicodeScalars.contains { (0x3D7...0x3DE).contains($0.value) })
            }
        }
    }
}
