import EnvSchema
import GroundworkBase
import GroundworkCrypto

extension AuditReport {
    /// The report as one HTML page: a matrix of services and variables, the findings, and a table for each service.
    ///
    /// The page loads nothing: a content security policy allows its own style sheet and script, by their hashes, and
    /// nothing else. Its filters need the script; without it everything is shown.
    /// - Throws: ``AuditInputError`` when the cryptographic library fails.
    public func html(title: String = "Environment audit") throws(AuditInputError) -> String {
        let page = HTMLPage(report: self, title: title)
        let policy: String
        do {
            policy =
                "default-src 'none'; style-src '\(try Self.hash(HTMLStyle.text))'; "
                + "script-src '\(try Self.hash(HTMLScript.text))'; base-uri 'none'; form-action 'none'"
        } catch {
            throw AuditInputError(.cryptography, input: "HTML page", reason: "\(error).")
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>\(HTMLText.escape(title))</title>
            <style>\(HTMLStyle.text)</style>
            </head>
            <body>
            \(page.body())
            <script>\(HTMLScript.text)</script>
            </body>
            </html>

            """
    }

    private static func hash(_ text: String) throws(CryptoError) -> String {
        "sha256-\(Base64.encode(try Digest.hash(.sha256, Array(text.utf8))))"
    }
}

/// The page under construction.
struct HTMLPage {
    let report: AuditReport
    let title: String
    /// The numbers of the findings of each cell, in the order of the report.
    let numbers: [AuditReport.CellName: [Int]]

    init(report: AuditReport, title: String) {
        self.report = report
        self.title = title
        var numbers: [AuditReport.CellName: [Int]] = [:]
        for (number, finding) in report.findings.enumerated() {
            guard let variable = finding.variable else { continue }
            numbers[AuditReport.CellName(service: finding.service, variable: variable), default: []].append(number)
        }
        self.numbers = numbers
    }

    func body() -> String {
        let variables = report.services.reduce(0) { $0 + $1.cells.count }
        let place = report.environment.map { ", Railway environment \(HTMLText.escape($0))" } ?? ""
        return """
            <a class="skip" href="#findings">Skip to the findings</a>
            \(HTMLIcon.sprite)
            <div class="page">
            <header>
            <h1>\(HTMLText.escape(title))</h1>
            <p class="lead">\(report.services.count) services and \(variables) variables, checked for \
            \(HTMLText.escape(report.mode.rawValue))\(place). No value of any variable is in this page.</p>
            <ul class="counts">\(counts())</ul>
            </header>
            \(filters())
            <main>
            \(matrix())
            \(findingList())
            \(serviceList())
            </main>
            <footer>Made by EnvSchemaAudit. Shapes and words say what the colours say.</footer>
            </div>
            """
    }

    private func counts() -> String {
        AuditFinding.Severity.allCases.map { severity in
            let count = report.count(of: severity)
            return "<li class=\"\(severity.tone)\">\(HTMLIcon(severity).use)<b>\(count)</b> "
                + "\(severity.rawValue)\(count == 1 ? "" : "s")</li>"
        }.joined()
    }

    private func filters() -> String {
        let statuses = Set(report.services.flatMap { $0.cells.map(\.status.rawValue) }).sorted()
        return """
            <form class="filters" id="filters" hidden>
            <label>Search<input type="search" name="text" placeholder="Variable, note, finding" autocomplete="off"></label>
            \(select("Service", "service", report.services.map { ($0.name, $0.name) }))
            \(select("Severity", "severity", AuditFinding.Severity.allCases.map { ($0.rawValue, $0.title) }))
            \(select("Status", "status", statuses.map { ($0, $0) }))
            \(select("Secret", "secret", [("yes", "Secret"), ("no", "Not secret")]))
            <button type="reset">Clear</button>
            <output id="shown" aria-live="polite"></output>
            </form>
            """
    }

    private func select(_ label: String, _ name: String, _ options: [(String, String)]) -> String {
        let list = options.map { "<option value=\"\(HTMLText.escape($0.0))\">\(HTMLText.escape($0.1))</option>" }
        return
            "<label>\(label)<select name=\"\(name)\"><option value=\"\">All</option>\(list.joined())</select></label>"
    }

    /// The attributes that the filters look at.
    func data(_ service: String, _ cell: AuditCell) -> String {
        let list = (numbers[AuditReport.CellName(service: service, variable: cell.variable)] ?? []).map {
            report.findings[$0]
        }
        let severities = Set(list.map(\.severity.rawValue)).sorted().joined(separator: " ")
        let words = [service, cell.variable, cell.status.rawValue, cell.note ?? "", cell.help, cell.group ?? ""]
        let text = (words + list.map { "\($0.code) \($0.message)" }).joined(separator: " ").lowercased()
        return "data-service=\"\(HTMLText.escape(service))\" data-status=\"\(HTMLText.escape(cell.status.rawValue))\" "
            + "data-secret=\"\(cell.isSecret ? "yes" : "no")\" data-severity=\"\(severities)\" "
            + "data-text=\"\(HTMLText.escape(text))\""
    }

    /// The status as shape and word; a link when there is something to say about it.
    func chip(_ service: String, _ cell: AuditCell) -> String {
        let content = HTMLIcon(cell.status).use + HTMLText.escape(cell.status.rawValue)
        let list = numbers[AuditReport.CellName(service: service, variable: cell.variable)] ?? []
        guard let worst = list.max(by: { report.findings[$0].severity < report.findings[$1].severity }) else {
            return "<span class=\"chip \(cell.status.tone)\">\(content)</span>"
        }
        let severity = report.findings[worst].severity
        return "<a class=\"chip \(cell.status.tone)\" href=\"#f\(worst)\">\(content)</a>"
            + "<span class=\"flag \(severity.tone)\">\(HTMLIcon(severity).use)<span class=\"hidden\">\(severity.rawValue)</span></span>"
    }

    static let lock = "<span class=\"lock\">\(HTMLIcon.lock.use)<span class=\"hidden\">secret</span></span>"
}
