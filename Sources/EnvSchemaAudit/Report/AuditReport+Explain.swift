import EnvSchema
import GroundworkBase

extension AuditReport {
    /// All that the audit knows of one variable, service by service; nil when no service declares or has it.
    ///
    /// The name is compared without regard to case.
    public func explanation(of name: String) -> String? {
        var text = ""
        for service in services {
            for cell in service.cells where cell.variable.lowercasedASCII() == name.lowercasedASCII() {
                if text.isEmpty { text = "\(VisibleText.line(cell.variable))\n" }
                text += "\n\(VisibleText.line(service.name)): \(VisibleText.line(cell.status.rawValue))\n"
                if !cell.help.isEmpty { text += "  \(VisibleText.line(cell.help, limit: 1000))\n" }
                if let note = cell.note { text += "  note         \(VisibleText.line(note))\n" }
                if cell.isDeclared {
                    text += "  type         \(VisibleText.line(cell.type))\(cell.isSecret ? ", secret" : "")\n"
                }
                text += "  presence     \(VisibleText.line(cell.presence.words))\n"
                if let source = service.source { text += "  source       \(VisibleText.line(source))\n" }
                text += "  sharing      \(VisibleText.line(cell.sharing.words))\n"
                text += "  requirement  \(VisibleText.line(cell.requirement.words, limit: 1000))\n"
                if let fingerprint = cell.fingerprint { text += "  fingerprint  \(fingerprint)\n" }
                for finding in findings(service: service.name, variable: cell.variable) {
                    text += "  \(finding.severity.mark) \(VisibleText.line(finding.message, limit: 1000))\n"
                    text += "    → \(VisibleText.line(finding.remedy, limit: 1000))\n"
                    if let command = finding.command { text += "      \(VisibleText.line(command, limit: 4000))\n" }
                }
            }
        }
        return text.isEmpty ? nil : text
    }

    /// The names of all variables, for suggestions.
    public var variableNames: [String] { Set(services.flatMap { $0.cells.map(\.variable) }).sorted() }
}
