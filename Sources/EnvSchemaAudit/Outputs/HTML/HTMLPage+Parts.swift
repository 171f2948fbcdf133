import EnvSchema

extension HTMLPage {
    /// Variables down, services across.
    func matrix() -> String {
        var names: [String] = []
        var rows: [String: [Int: AuditCell]] = [:]
        for (column, service) in report.services.enumerated() {
            for cell in service.cells {
                if rows[cell.variable] == nil { names.append(cell.variable) }
                rows[cell.variable, default: [:]][column] = cell
            }
        }
        let head = report.services.map { service in
            "<th scope=\"col\" data-column=\"\(HTMLText.escape(service.name))\">\(HTMLText.escape(service.name))</th>"
        }
        let body = names.map { name -> String in
            let row = rows[name] ?? [:]
            let isSecret = row.values.contains { $0.isSecret && $0.isDeclared }
            let cells = report.services.indices.map { column -> String in
                guard let cell = row[column] else {
                    return
                        "<td class=\"none\"><span aria-hidden=\"true\">–</span><span class=\"hidden\">not declared</span></td>"
                }
                let service = report.services[column].name
                return "<td \(data(service, cell))>\(chip(service, cell))</td>"
            }
            return "<tr data-group><th scope=\"row\"><span class=\"name\">\(HTMLText.escape(name))</span>"
                + "\(isSecret ? Self.lock : "")</th>\(cells.joined())</tr>"
        }
        return """
            <section aria-labelledby="matrix">
            <h2 id="matrix">Services and variables</h2>
            <div class="scroll matrix" tabindex="0" role="region" aria-labelledby="matrix">
            <table><thead><tr><th scope="col">Variable</th>\(head.joined())</tr></thead>
            <tbody>\(body.joined(separator: "\n"))</tbody></table>
            </div>
            <ul class="legend">\(legend())</ul>
            </section>
            """
    }

    private func legend() -> String {
        let entries: [(HTMLIcon, String, String)] = [
            (.check, "good", "set"), (.shared, "share", "set, the same value as elsewhere"),
            (.reference, "link", "set through a Railway reference"), (.ring, "quiet", "absent, and may be"),
            (.cross, "bad", "absent, and must be set"), (.plus, "new", "the service has no values yet"),
            (.question, "warn", "set, and not declared"), (.lock, "warn", "secret"),
        ]
        return entries.map { "<li><span class=\"chip \($0.1)\">\($0.0.use)</span>\($0.2)</li>" }.joined()
    }

    /// What was found, the worst first.
    func findingList() -> String {
        let sorted = report.findings.enumerated().sorted { lhs, rhs in
            (rhs.element.severity, lhs.offset) < (lhs.element.severity, rhs.offset)
        }
        let list = sorted.map { number, finding -> String in
            let cell = finding.variable.flatMap { report[finding.service]?[$0] }
            let text = [
                finding.service, finding.variable ?? "", finding.code.rawValue, finding.message, finding.remedy,
            ]
            let secret = cell.map { $0.isSecret ? "yes" : "no" } ?? ""
            let command = finding.command.map {
                "<div class=\"command\"><pre tabindex=\"0\"><code>\(HTMLText.escape($0))</code></pre></div>"
            }
            return """
                <li class="finding \(finding.severity.tone)" id="f\(number)" data-service="\(HTMLText.escape(finding.service))" \
                data-status="\(HTMLText.escape(cell?.status.rawValue ?? ""))" data-secret="\(secret)" \
                data-severity="\(finding.severity.rawValue)" \
                data-text="\(HTMLText.escape(text.joined(separator: " ").lowercased()))">
                <header><span class="chip \(finding.severity.tone)">\(HTMLIcon(finding.severity).use)\
                \(finding.severity.title)</span>
                <h3>\(HTMLText.escape(finding.service))\(finding.variable.map { " <span class=\"name\">\(HTMLText.escape($0))</span>" } ?? "")</h3>
                <span class="code">\(HTMLText.escape(finding.code.rawValue))</span></header>
                <p>\(HTMLText.escape(finding.message))</p>
                <p class="remedy">\(HTMLText.escape(finding.remedy))</p>
                \(command ?? "")
                </li>
                """
        }
        let content =
            list.isEmpty
            ? "<p class=\"empty\">Nothing was found.</p>"
            : "<ol class=\"findings\">\(list.joined(separator: "\n"))</ol>"
        return """
            <section aria-labelledby="findings">
            <h2 id="findings">Findings</h2>
            \(content)
            </section>
            """
    }

    /// Each service with all three axes.
    func serviceList() -> String {
        let list = report.services.enumerated().map { index, service -> String in
            let rows = service.cells.map { cell in
                """
                <tr \(data(service.name, cell))><th scope="row"><span class="name">\(HTMLText.escape(cell.variable))</span>\
                \(cell.isSecret && cell.isDeclared ? Self.lock : "")\
                <small>\(HTMLText.escape(cell.help))</small></th>\
                <td>\(chip(service.name, cell))</td>\
                <td class="axes" data-label="Presence">\(HTMLText.escape(cell.presence.words))</td>\
                <td class="axes" data-label="Sharing">\(HTMLText.escape(cell.sharing.words))</td>\
                <td class="axes" data-label="Requirement">\(HTMLText.escape(cell.requirement.words))</td>\
                <td data-label="Secret">\(cell.isDeclared ? (cell.isSecret ? "YES" : "No") : "?")</td>\
                <td\(cell.note == nil ? " class=\"blank\"" : " data-label=\"Notes\"")>\(HTMLText.escape(cell.note ?? ""))</td></tr>
                """
            }
            let source = service.source.map { "Values from \(HTMLText.escape($0))" } ?? "No value source yet"
            return """
                <article class="service" data-group aria-labelledby="s\(index)"><header>
                <h3 id="s\(index)">\(HTMLText.escape(service.name))\(service.isNew ? " (NEW)" : "")</h3>
                <p>\(HTMLText.escape(service.summary ?? "")) \(source).</p></header>
                <div class="wide"><table><thead><tr><th scope="col">Variable</th><th scope="col">Status</th>\
                <th scope="col">Presence</th><th scope="col">Sharing</th><th scope="col">Requirement</th>\
                <th scope="col">Secret?</th><th scope="col">Notes</th></tr></thead>
                <tbody>\(rows.joined(separator: "\n"))</tbody></table></div></article>
                """
        }
        return """
            <section aria-labelledby="services">
            <h2 id="services">Service by service</h2>
            \(list.joined(separator: "\n"))
            </section>
            """
    }
}
