import EnvSchema
import GroundworkBase

/// One audit under way: values, graph, and what was found so far.
struct AuditRun {
    /// One declared variable of one service.
    struct Slot {
        var variable: EnvVariable
        /// The name under which a value was found.
        var usedName: String?
        var observed: ObservedValue?
        var state: ReferenceGraph.State?
        var presence = AuditPresence.unknown
        var requirement = AuditRequirement(.optional, isRequired: .no)
        var sharing: AuditSharing
        var fingerprint: AuditFingerprint?

        init(_ variable: EnvVariable) {
            self.variable = variable
            sharing = AuditSharing(strength: variable.sharing.strength, owner: variable.sharing.owner)
        }

        /// The text that the process gets, where it is known.
        var text: String? { presence.isPresent ? state?.rendered : nil }
    }

    /// One service.
    struct Subject {
        var service: AuditedService
        /// The values of all its sources; nil when it is new.
        var values: ServiceValues?
        var slots: [Slot]
        /// The cells of variables that the schema does not declare.
        var undeclared: [AuditCell] = []
        var deployment: String?
        /// What the project itself tells of the service.
        var platform: ServiceValues?

        var name: String { service.manifest.service }
    }

    let audit: EnvAudit
    var subjects: [Subject]
    var graph: ReferenceGraph
    var findings: [AuditFinding] = []
    /// Whether more was found than is kept.
    var isCut = false
    /// The variables whose texts were judged.
    var judgedRoots: Set<ReferenceGraph.Node> = []
    /// The findings of each variable must not be buried by a hostile input.
    static let findingLimit = 10_000

    init(_ audit: EnvAudit) {
        self.audit = audit
        var subjects: [Subject] = []
        var scopes: [ReferenceGraph.Scope] = []
        for service in audit.services {
            let known = audit.project?.service(named: service.referenceName)
            var values = service.values ?? known?.values
            if let own = service.values, let known { values = own.merging(known.values) }
            let slots = service.manifest.variables.map(Slot.init)
            var subject = Subject(service: service, values: values, slots: slots)
            subject.deployment = known?.deployment
            subject.platform = known?.values
            subjects.append(subject)
            scopes.append(
                ReferenceGraph.Scope(
                    name: service.referenceName,
                    variables: values?.variables ?? [:],
                    isComplete: values != nil
                )
            )
        }
        let audited = Set(audit.services.map(\.referenceName))
        for other in audit.project?.services ?? [] where !audited.contains(other.name) {
            scopes.append(
                ReferenceGraph.Scope(name: other.name, variables: other.values.variables, isComplete: true)
            )
        }
        self.subjects = subjects
        graph = ReferenceGraph(services: scopes, project: audit.project)
    }

    /// Adds a finding; nil for the whole service.
    mutating func find(
        _ severity: AuditFinding.Severity,
        _ code: AuditFinding.Code,
        _ subject: Int,
        _ variable: String?,
        _ message: String,
        remedy: String,
        command: String? = nil
    ) {
        guard findings.count < Self.findingLimit else {
            isCut = true
            return
        }
        findings.append(
            AuditFinding(
                severity: severity,
                code: code,
                service: subjects[subject].name,
                variable: variable,
                message: message,
                remedy: remedy,
                command: command
            )
        )
    }

    mutating func finish() throws(AuditInputError) -> AuditReport {
        for index in subjects.indices {
            if let values = subjects[index].values {
                try checkBootReport(of: index, values: values)
                observe(index)
            } else {
                find(
                    .note,
                    .newService,
                    index,
                    nil,
                    "The service has no value source yet.",
                    remedy: "Give the audit its variables once it is deployed."
                )
            }
            require(index)
        }
        try share()
        for index in subjects.indices where subjects[index].values != nil {
            findUndeclared(index)
            checkValues(index)
        }
        findReusedSecrets()
        if isCut, let first = subjects.first {
            findings.append(
                AuditFinding(
                    severity: .error,
                    service: first.name,
                    variable: nil,
                    message: "More was found than the \(Self.findingLimit) findings of this report.",
                    remedy: "Mend what is listed and audit again."
                )
            )
        }
        return report()
    }

    private func report() -> AuditReport {
        var order: [String: [String: Int]] = [:]
        var rank: [String: Int] = [:]
        let services = subjects.enumerated().map { index, subject in
            let cells = subject.slots.map { cell($0, of: subject) } + subject.undeclared
            rank[subject.name] = index
            order[subject.name] = Dictionary(
                cells.enumerated().map { ($1.variable, $0) },
                uniquingKeysWith: { first, _ in first }
            )
            return AuditReport.Service(
                name: subject.name,
                summary: subject.service.manifest.summary,
                isNew: subject.values == nil,
                source: subject.values?.label,
                cells: cells
            )
        }
        func place(_ finding: AuditFinding) -> (Int, Int) {
            let variable = finding.variable.flatMap { order[finding.service]?[$0] } ?? -1
            return (rank[finding.service] ?? -1, variable)
        }
        let sorted = findings.map { (place($0), $0) }.sorted { lhs, rhs in
            if lhs.0 != rhs.0 { return lhs.0 < rhs.0 }
            if lhs.1.severity != rhs.1.severity { return lhs.1.severity > rhs.1.severity }
            return (lhs.1.code.rawValue, lhs.1.message) < (rhs.1.code.rawValue, rhs.1.message)
        }
        return AuditReport(
            mode: audit.mode,
            environment: audit.project?.environment,
            services: services,
            findings: sorted.map(\.1)
        )
    }

    private func cell(_ slot: Slot, of subject: Subject) -> AuditCell {
        AuditCell(
            variable: slot.variable.name,
            status: AuditStatus(
                presence: slot.presence,
                sharing: slot.sharing,
                requirement: slot.requirement,
                service: subject.name
            ),
            presence: slot.presence,
            sharing: slot.sharing,
            requirement: slot.requirement,
            isSecret: slot.variable.isSecret,
            isDeclared: true,
            note: slot.variable.note,
            help: slot.variable.help,
            group: slot.variable.group,
            type: slot.variable.type.name,
            fingerprint: slot.fingerprint
        )
    }
}
