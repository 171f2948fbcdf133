import FoundationEssentials
import GroundworkCore

extension DoctorReport {
    /// A table for people: a sign, the area, what was looked at, what was found, and what to do about it below.
    public var table: String {
        let area = findings.map(\.area.count).max() ?? 0
        let name = findings.map(\.name.count).max() ?? 0
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        var lines: [String] = []
        for finding in findings {
            let sign =
                switch finding.level {
                case .ok: "ok     "
                case .skipped: "-      "
                case .warning: "WARNING"
                case .failed: "FAILED "
                }
            lines.append(
                "\(sign)  \(padded(finding.area, area))  \(padded(finding.name, name))  \(Self.line(finding.text))"
            )
            if let remedy = finding.remedy {
                lines.append(String(repeating: " ", count: 9 + area + 2 + name + 2) + "-> \(Self.line(remedy))")
            }
        }
        let (failed, warnings) = (count(.failed), count(.warning))
        let verdict =
            failed > 0
            ? "\(failed) of \(findings.count) checks failed: backups cannot be made or restored as things are."
            : warnings > 0
                ? "Backups can be made. \(warnings) of \(findings.count) checks have a warning."
                : "Everything is in order."
        return (lines + ["", verdict]).joined(separator: "\n")
    }

    private func count(_ level: DoctorFinding.Level) -> Int { findings.count { $0.level == level } }

    /// Names come from others: control characters cannot steer a terminal.
    private static func line(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? " " : $0 }
            )
        )
    }

    /// The findings as JSON: `ready`, `level`, and `findings` with `area`, `name`, `level`, `text`, `remedy`.
    public var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            ready: isReady,
            level: level.rawValue,
            findings: findings.map {
                .init(area: $0.area, name: $0.name, level: $0.level.rawValue, text: $0.text, remedy: $0.remedy)
            }
        )
        // All of it is text: nothing here can fail.
        let data = (try? encoder.encode(document)) ?? Data("{}".utf8)
        return Array(data) + [0x0A]
    }

    private struct Document: Encodable {
        struct Finding: Encodable {
            let area, name, level, text: String
            let remedy: String?
        }
        let ready: Bool
        let level: String
        let findings: [Finding]
    }
}
