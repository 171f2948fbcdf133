/// The tables of a restored database beside those of the dump's own stream: a pure function.
enum RowComparison {
    /// More findings than this say nothing more.
    private static let findingLimit = 50

    /// What came of it.
    struct Outcome: Sendable, Hashable {
        var comparison: VerificationRecord.Comparison
        /// Whether every table has the rows that were dumped. Tables that could not be compared do not count.
        var agrees: Bool

        /// Adds what a comparison of the rows themselves has found.
        mutating func add(_ contents: ContentComparison.Outcome) {
            comparison.contents = contents.tables
            comparison.findings += contents.findings
            if !contents.findings.isEmpty { agrees = false }
        }
    }

    static func compare(_ dumped: [BackupManifest.Table]?, with restored: [RestoredTable]) -> Outcome {
        guard let dumped else {
            return Outcome(
                comparison: .init(
                    tables: 0,
                    rows: 0,
                    findings: ["The manifest has no counts of rows, so that the restored ones were not compared."]
                ),
                agrees: true
            )
        }
        var restoredByName: [String: RestoredTable] = [:]
        for table in restored { restoredByName[key(table.schema, table.name)] = table }
        let roots = rootsThatAgree(dumped, restoredByName)
        var comparison = VerificationRecord.Comparison(tables: 0, rows: 0)
        var findings: [String] = []
        var agrees = true
        for table in dumped where table.kind == "TABLE DATA" {
            let name = [table.schema, table.name].compactMap(\.self).joined(separator: ".")
            guard let rows = table.rows else {
                findings.append("The rows of \(name) were dumped as statements and are not counted.")
                continue
            }
            guard let found = restoredByName[key(table.schema ?? "", table.name)] else {
                agrees = false
                findings.append("The table \(name) with \(rows) rows is missing.")
                continue
            }
            comparison.tables += 1
            comparison.rows = sum(comparison.rows, found.rows)
            // A partition by the hash of an enum's values may get the rows of another one: their values have new numbers.
            if found.rows == rows || found.root.map(roots.contains) == true { continue }
            if found.isOfExtension, found.rows > rows {
                let added = found.rows.subtractingReportingOverflow(rows)
                let number = added.overflow ? Int64.max : added.partialValue
                findings.append("The table \(name) belongs to an extension, which added \(number) rows.")
                continue
            }
            agrees = false
            findings.append("The table \(name) has \(found.rows) rows instead of \(rows).")
        }
        comparison.findings = Array(findings.prefix(findingLimit))
        if findings.count > findingLimit {
            comparison.findings.append("\(findings.count - findingLimit) more findings.")
        }
        return Outcome(comparison: comparison, agrees: agrees)
    }

    /// Counts are what a manifest and a server say: their sum is held to what a number can hold.
    private static func sum(_ first: Int64, _ second: Int64) -> Int64 {
        let (sum, overflow) = first.addingReportingOverflow(second)
        return overflow ? (second > 0 ? .max : .min) : sum
    }

    /// The partitioned tables that have all their rows, in whichever partitions.
    private static func rootsThatAgree(
        _ dumped: [BackupManifest.Table],
        _ restored: [String: RestoredTable]
    ) -> Set<String> {
        var sums: [String: (dumped: Int64, restored: Int64)] = [:]
        var unclear: Set<String> = []
        for table in dumped where table.kind == "TABLE DATA" {
            guard let found = restored[key(table.schema ?? "", table.name)], let root = found.root else { continue }
            guard let rows = table.rows, rows >= 0, rows < Int64.max / 1_000_000 else {
                unclear.insert(root)
                continue
            }
            let sum = sums[root] ?? (0, 0)
            sums[root] = (sum.dumped &+ rows, sum.restored &+ found.rows)
        }
        return Set(sums.filter { $0.value.dumped == $0.value.restored }.keys).subtracting(unclear)
    }

    private static func key(_ schema: String, _ name: String) -> String { "\(schema.utf8.count).\(schema).\(name)" }
}
