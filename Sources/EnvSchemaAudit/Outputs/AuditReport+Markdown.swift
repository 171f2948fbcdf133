extension AuditReport {
    /// The report as Markdown: a heading and a table for each service, then the findings.
    public func markdown(showsFindings: Bool = true) -> String {
        var text = ""
        for (index, table) in tables.enumerated() {
            if index > 0 { text += "\n" }
            text += "### \(MarkdownText.cell(table.title))\n\n"
            text += Self.line(table.header)
            text += "|----------|---------------|---------|-------|\n"
            for row in table.rows { text += Self.line(row.cells.map(MarkdownText.cell)) }
        }
        guard showsFindings, !findings.isEmpty else { return text }
        text += "\n### Findings\n\n\(summary).\n"
        for finding in findings {
            let place = [finding.service, finding.variable].compactMap { $0 }.map(MarkdownText.cell)
            text += "\n- **\(finding.severity.rawValue)** \(place.joined(separator: " ")) (\(finding.code)): "
            text += "\(MarkdownText.cell(finding.message)) \(MarkdownText.cell(finding.remedy))\n"
            if let command = finding.command { text += "\n  \(MarkdownText.code(command))\n" }
        }
        return text
    }

    private static func line(_ cells: [String]) -> String {
        "| \(cells.map { $0.isEmpty ? "" : $0 + " " }.joined(separator: "| "))|\n"
    }
}
