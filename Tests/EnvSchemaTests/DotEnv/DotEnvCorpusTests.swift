import EnvSchema
import Testing

@Suite struct DotEnvCorpusTests {
    @Test func everyCaseReadsAsItsGrammarSays() throws {
        let cases = try DotEnvCase.all()
        for wrong in cases.filter({ !$0.isRight }) {
            Issue.record(
                "\(wrong.dialect) \(wrong.input.debugDescription): \(wrong.found), not \(wrong.entries as Any) \(wrong.error ?? "") \(wrong.at ?? "")"
            )
        }
    }

    @Test func corpusHoldsAtLeastTwoHundredInputs() throws {
        let cases = try DotEnvCase.all()
        #expect(Set(cases.map(\.input)).count >= 200)
        #expect(Set(cases.map(\.dialect)) == Set(DotEnvDialect.all.map(\.rawValue)))
    }

    @Test func recoveringReadsTheSameWhereNothingIsWrong() throws {
        for each in try DotEnvCase.all() where each.entries != nil {
            let (file, errors) = DotEnvFile.recovering(parsing: Array(each.input.utf8), options: each.options)
            let entries = Dictionary(file.entries.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            #expect(errors.isEmpty)
            #expect(entries == each.entries)
        }
    }
}
