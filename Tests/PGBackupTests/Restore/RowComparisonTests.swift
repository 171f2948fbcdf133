import Testing

@testable import PGBackup

@Suite struct RowComparisonTests {
    private func dumped(_ name: String, _ rows: Int64?, kind: String = "TABLE DATA") -> BackupManifest.Table {
        .init(entryID: 1, kind: kind, schema: "public", name: name, rows: rows, sha256: nil, archiveRange: [0, 1])
    }

    private func restored(
        _ name: String,
        _ rows: Int64,
        root: String? = nil,
        isOfExtension: Bool = false
    ) -> RestoredTable {
        RestoredTable(schema: "public", name: name, rows: rows, root: root, isOfExtension: isOfExtension)
    }

    @Test func equalCountsAgree() {
        let outcome = RowComparison.compare(
            [dumped("a", 3), dumped("b", 0)],
            with: [restored("b", 0), restored("a", 3)]
        )
        #expect(outcome.agrees)
        #expect(outcome.comparison == .init(tables: 2, rows: 3))
    }

    @Test func oneRowTooManyOrTooFewIsFound() {
        for rows in [2, 4] as [Int64] {
            let outcome = RowComparison.compare([dumped("a", 3)], with: [restored("a", rows)])
            #expect(!outcome.agrees)
            #expect(outcome.comparison.findings == ["The table public.a has \(rows) rows instead of 3."])
        }
    }

    @Test func aTableThatIsMissingIsFound() {
        let outcome = RowComparison.compare([dumped("a", 3)], with: [])
        #expect(!outcome.agrees)
        #expect(outcome.comparison.findings == ["The table public.a with 3 rows is missing."])
    }

    @Test func rowsThatMovedBetweenPartitionsOfOneTableAgree() {
        let dump = [dumped("p1", 3), dumped("p2", 5), dumped("q1", 1)]
        let moved = [restored("p1", 6, root: "p"), restored("p2", 2, root: "p"), restored("q1", 2, root: "q")]
        let outcome = RowComparison.compare(dump, with: moved)
        #expect(!outcome.agrees)
        #expect(outcome.comparison.findings == ["The table public.q1 has 2 rows instead of 1."])
    }

    @Test func rowsThatAnExtensionAddedAreTold() {
        let outcome = RowComparison.compare([dumped("a", 3)], with: [restored("a", 5, isOfExtension: true)])
        #expect(outcome.agrees)
        #expect(outcome.comparison.findings == ["The table public.a belongs to an extension, which added 2 rows."])
        let fewer = RowComparison.compare([dumped("a", 3)], with: [restored("a", 2, isOfExtension: true)])
        #expect(!fewer.agrees)
    }

    @Test func aManifestWithoutCountsAndTablesWithoutThemAreTold() {
        #expect(RowComparison.compare(nil, with: []).comparison.findings.count == 1)
        let outcome = RowComparison.compare([dumped("a", nil)], with: [restored("a", 5)])
        #expect(outcome.agrees)
        #expect(outcome.comparison.tables == 0)
        #expect(outcome.comparison.findings == ["The rows of public.a were dumped as statements and are not counted."])
    }

    @Test func findingsAreBounded() {
        let dump = (0..<5000).map { dumped("t\($0)", 1) }
        let outcome = RowComparison.compare(dump, with: [])
        #expect(outcome.comparison.findings.count == 51)
        #expect(outcome.comparison.findings.last == "4950 more findings.")
    }
}
