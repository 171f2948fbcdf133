import EnvSchema

extension AuditReport {
    /// The report for a terminal: a table for each service, then what was found with the lines that mend it.
    ///
    /// Whatever the names hold, only visible characters and, with colours, the codes of this renderer are in it.
    public func terminalText(_ options: TerminalOptions = TerminalOptions()) -> String {
        var page = TerminalPage(options: options)
        let tables = tables
        for (index, table) in tables.enumerated() {
            if index > 0 { page.line("") }
            page.table(table)
        }
        if options.showsFindings {
            for severity in AuditFinding.Severity.allCases where severity >= options.threshold {
                let list = findings.filter { $0.severity == severity }
                guard !list.isEmpty else { continue }
                page.line("")
                page.line(page.styled("\(severity.rawValue.uppercased())S", .bold))
                for finding in list { page.finding(finding) }
            }
        }
        page.line("")
        page.line(
            "\(services.count) service\(services.count == 1 ? "" : "s") in \(VisibleText.line(mode.rawValue)): \(summary)"
        )
        return page.text
    }
}

extension AuditFinding.Severity {
    /// The word with a capital.
    var title: String {
        switch self {
        case .error: "Error"
        case .warning: "Warning"
        case .note: "Note"
        }
    }

    /// A mark that says it without a colour.
    var mark: String {
        switch self {
        case .error: "✗"
        case .warning: "!"
        case .note: "·"
        }
    }
}

/// Lines of a terminal under construction.
private struct TerminalPage {
    enum Style: String {
        case bold = "1"
        case dim = "2"
        case error = "1;31"
        case warning = "33"
        case good = "32"
        case reference = "36"
    }

    let options: TerminalOptions
    var text = ""

    mutating func line(_ line: String) { text += line + "\n" }

    func styled(_ text: String, _ style: Style?) -> String {
        guard options.usesColor, let style else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }

    mutating func table(_ table: AuditTable) {
        line(styled(VisibleText.line(table.title), .bold))
        let rows = [table.header] + table.rows.map { $0.cells.map { VisibleText.line($0) } }
        var widths = (0..<4).map { column in rows.map { VisibleText.columns($0[column]) }.max() ?? 0 }
        // The notes take what is left, and at least 16 columns; below that the names are folded too.
        let fixed = 2 + widths[0] + 2 + widths[1] + 2 + widths[2] + 2
        widths[3] = min(widths[3], max(16, options.width - fixed))
        if fixed + widths[3] > options.width {
            widths[0] = min(widths[0], max(12, widths[0] - (fixed + widths[3] - options.width)))
        }
        row(table.header.map { $0.uppercased() }, widths, mark: " ", styles: [.dim, .dim, .dim, .dim])
        for (row, cells) in zip(table.rows, rows.dropFirst()) {
            let style = style(of: row)
            let markStyle: Style? = row.severity == .error ? .error : row.severity == .warning ? .warning : nil
            self.row(
                cells,
                widths,
                mark: row.severity.map(\.mark) ?? " ",
                styles: [nil, style, row.secret == "YES" ? .warning : .dim, .dim],
                markStyle: markStyle
            )
        }
    }

    private func style(of row: AuditTable.Row) -> Style? {
        switch AuditStatus(rawValue: row.status) {
        case .notConfigured: .error
        case .new, .unknown: .warning
        case .configured: .good
        case .optional: .dim
        default: .reference
        }
    }

    private mutating func row(
        _ cells: [String],
        _ widths: [Int],
        mark: String,
        styles: [Style?],
        markStyle: Style? = nil
    ) {
        let folded = zip(cells, widths).map { fold($0, $1) }
        for index in 0..<(folded.map(\.count).max() ?? 0) {
            var line = styled(index == 0 ? mark : " ", markStyle) + " "
            for column in 0..<4 {
                let piece = index < folded[column].count ? folded[column][index] : ""
                let padding = column == 3 ? 0 : widths[column] - VisibleText.columns(piece) + 2
                line +=
                    styled(piece, piece.isEmpty ? nil : styles[column]) + String(repeating: " ", count: max(0, padding))
            }
            while line.hasSuffix(" ") { line.removeLast() }
            self.line(line)
        }
    }

    mutating func finding(_ finding: AuditFinding) {
        let style: Style? = finding.severity == .error ? .error : finding.severity == .warning ? .warning : .dim
        let place = [finding.service, finding.variable].compactMap { $0 }.map { VisibleText.line($0) }
        let mark = styled(finding.severity.mark, style)
        line("\(mark) \(styled(place.joined(separator: " "), .bold)) \(styled("[\(finding.code)]", .dim))")
        for piece in fold(VisibleText.line(finding.message, limit: 2000), options.width - 4) { line("    \(piece)") }
        for piece in fold(VisibleText.line(finding.remedy, limit: 2000), options.width - 6) {
            line("    \(styled("→", .good)) \(piece)")
        }
        // A command is one line whatever its length, so that it can be copied.
        if let command = finding.command { line("      \(styled(VisibleText.line(command, limit: 4000), .reference))") }
    }

    /// Cuts a text into lines of at most `width` columns, at spaces where there are any.
    private func fold(_ text: String, _ width: Int) -> [String] {
        guard VisibleText.columns(text) > width, width > 0 else { return [text] }
        var lines: [String] = []
        var current = ""
        for word in text.split(separator: " ") {
            var rest = String(word)
            while !rest.isEmpty {
                let gap = current.isEmpty ? 0 : 1
                if VisibleText.columns(current) + gap + VisibleText.columns(rest) <= width {
                    current += (gap == 1 ? " " : "") + rest
                    rest = ""
                } else if current.isEmpty {
                    let head = prefix(of: rest, columns: width)
                    lines.append(head)
                    rest = String(rest.dropFirst(head.count))
                } else {
                    lines.append(current)
                    current = ""
                }
            }
        }
        if !current.isEmpty { lines.append(current) }
        return lines
    }

    /// At least one character, at most so many columns.
    private func prefix(of text: String, columns: Int) -> String {
        var head = ""
        for character in text {
            if !head.isEmpty, VisibleText.columns(head) + VisibleText.columns(String(character)) > columns { break }
            head.append(character)
        }
        return head
    }
}
