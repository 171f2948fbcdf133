import EnvSchemaTools

extension AuditReport {
    /// The report as Markdown: a heading and a table for each service, then the findings.
    public func markdown(showsFindings: Bool = true) -> String {
        var text = ""
        for (index, table) in tables.enumerated() {
            if index > 0 { text += "\n" }
            text += "### \(Self.cell(table.title))\n\n"
            text += Self.line(table.header)
            text += "|----------|---------------|---------|-------|\n"
            for row in table.rows { text += Self.line(row.cells.map(Self.cell)) }
        }
        guard showsFindings, !findings.isEmpty else { return text }
        text += "\n### Findings\n\n\(summary).\n"
        for finding in findings {
            let place = [finding.service, finding.variable].compactMap { $0 }.map(Self.cell)
            text += "\n- **\(finding.severity.rawValue)** \(place.joined(separator: " ")) (\(finding.code)): "
            text += "\(Self.cell(finding.message)) \(Self.cell(finding.remedy))\n"
            guard let command = finding.command else { continue }
            text += "\n  \(MarkdownText.code(VisibleText.line(command, limit: 4000), inTable: false))\n"
        }
        return text
    }

    private static func cell(_ text: String) -> String { MarkdownText.cell(VisibleText.line(text, limit: 1000)) }

    private static func line(_ cells: [String]) -> String {
        "| \(cells.map { $0.isEmpty ? "" : $0 + " " }.joined(separator: "| "))|\n"
    }
}
