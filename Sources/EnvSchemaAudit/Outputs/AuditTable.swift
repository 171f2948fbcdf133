/// One service's part of a report as the cells of a table: the form that all outputs for people share.
public struct AuditTable: Sendable, Hashable {
    /// One variable.
    public struct Row: Sendable, Hashable {
        /// The name.
        public var variable: String
        /// The word that sums up the axes.
        public var status: String
        /// `YES` or `No`.
        public var secret: String
        /// The schema's remark.
        public var notes: String
        /// How bad the worst finding of the variable is; nil when there is none.
        public var severity: AuditFinding.Severity?

        /// The four cells.
        public var cells: [String] { [variable, status, secret, notes] }
    }

    /// The name of the service, with `(NEW)` when it has no value source yet.
    public var title: String
    /// The names of the columns.
    public var header: [String]
    /// The variables.
    public var rows: [Row]
}

extension AuditReport {
    /// Each service's table: variable, status, whether it is secret, notes.
    public var tables: [AuditTable] {
        let worst = worstSeverities()
        return services.map { service in
            AuditTable(
                title: service.name + (service.isNew ? " (NEW)" : ""),
                header: ["Variable", service.isNew ? "Status" : "Current Status", "Secret?", "Notes"],
                rows: service.cells.map { cell in
                    AuditTable.Row(
                        variable: cell.variable,
                        status: cell.status.rawValue,
                        secret: cell.isDeclared ? (cell.isSecret ? "YES" : "No") : "?",
                        notes: cell.note ?? "",
                        severity: worst[CellName(service: service.name, variable: cell.variable)]
                    )
                }
            )
        }
    }

    struct CellName: Hashable {
        var service: String
        var variable: String
    }

    /// How bad the worst finding of each variable is.
    func worstSeverities() -> [CellName: AuditFinding.Severity] {
        var worst: [CellName: AuditFinding.Severity] = [:]
        for finding in findings {
            guard let variable = finding.variable else { continue }
            let name = CellName(service: finding.service, variable: variable)
            worst[name] = worst[name].map { max($0, finding.severity) } ?? finding.severity
        }
        return worst
    }

    /// `2 errors, 1 warning, no notes`.
    var summary: String {
        AuditFinding.Severity.allCases.map { severity in
            let count = count(of: severity)
            return "\(count == 0 ? "no" : String(count)) \(severity.rawValue)\(count == 1 ? "" : "s")"
        }.joined(separator: ", ")
    }
}
