import FoundationEssentials
import GroundworkBase
import GroundworkEnvModel

extension BootReport {
    /// The newest report of each service in a log.
    ///
    /// It may stand anywhere in a line, or in a member of a line of JSON (`railway logs --json`). Lines that are not a
    /// report, or a damaged one, are passed over; whether a report is genuine ``isGenuine(under:)`` tells.
    /// - Throws: ``AuditInputError`` when the log is larger than 32 MiB or a report is of a newer format.
    public static func find(inLog log: [UInt8], label: String = "log") throws(AuditInputError) -> [BootReport] {
        guard log.count <= JSONReader.sizeLimit else {
            throw AuditInputError(.tooLarge, input: label, reason: "It is larger than 32 MiB. Pass the end of it.")
        }
        var newest: [String: BootReport] = [:]
        for line in log.split(separator: 0x0A) {
            guard let report = report(inLine: line, label: label) else { continue }
            guard report.formatVersion == 1 else {
                throw AuditInputError(
                    .newerFormat,
                    input: label,
                    reason: "A boot report has the format \(report.formatVersion); this audit reads 1. Use its version."
                )
            }
            if let known = newest[report.service], known.time > report.time { continue }
            newest[report.service] = report
        }
        return newest.values.sorted { $0.service < $1.service }
    }

    private static func report(inLine line: ArraySlice<UInt8>, label: String) -> BootReport? {
        guard let text = String(validating: line, as: UTF8.self), let found = text.firstRange(of: marker) else {
            return nil
        }
        let rest = text[found.upperBound...].trimmingASCIIWhitespace()
        if let report = try? JSONDecoder().decode(BootReport.self, from: Data(rest.utf8)) { return report }
        guard let wrapper = try? JSONReader.read(Array(line), input: label), let members = wrapper.members else {
            return nil
        }
        for member in members {
            guard let inner = member.value.string, let found = inner.firstRange(of: marker) else { continue }
            let rest = inner[found.upperBound...].trimmingASCIIWhitespace()
            if let report = try? JSONDecoder().decode(BootReport.self, from: Data(rest.utf8)) { return report }
        }
        return nil
    }

    /// Why the report says nothing about the service of now: a sentence, or nil when it does.
    func staleness(now: Date, maximumAge: Double, deployment current: String?, environment wanted: String?) -> String? {
        let age = now.timeIntervalSince1970 - Double(time)
        if age > maximumAge { return "The boot report is older than \(Int(maximumAge / 3600)) hours." }
        if age < -300 { return "The boot report is from the future." }
        if let current, let deployment, current != deployment {
            return "The boot report is of another deployment than the newest."
        }
        if let wanted, let environment, wanted != environment {
            return "The boot report is of another environment."
        }
        return nil
    }
}
