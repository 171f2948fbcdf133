import FoundationEssentials
import Testing
@testable import PGBackup

@Suite struct DoctorReportTests {
    private let report = DoctorReport([
        .init("database", "server", .ok, "PostgreSQL 15.18."),
        .init(
            "rights",
            "tables",
            .failed,
            "2 tables cannot be read: a, b.",
            remedy: "GRANT pg_read_all_data TO the role."
        ),
        .init("drill", "space", .skipped, "Not asked\u{1B}[31m for."),
    ])

    @Test func theWorstFindingDecides() {
        #expect(report.level == .failed && !report.isReady)
        #expect(DoctorReport([.init("a", "b", .warning, "c")]).isReady)
        #expect(DoctorReport().level == .ok)
    }

    @Test func theTableShowsEveryFindingItsRemedyAndAVerdict() {
        let lines = report.table.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 6)
        #expect(lines[0] == "ok       database  server  PostgreSQL 15.18.")
        #expect(lines[2].hasSuffix("-> GRANT pg_read_all_data TO the role."))
        #expect(lines[5].hasPrefix("1 of 3 checks failed"))
        #expect(!report.table.contains("\u{1B}"), "a name could steer a terminal")
    }

    @Test func theJSONIsReadByOthers() throws {
        struct Document: Decodable {
            struct Finding: Decodable { let area, name, level, text: String; let remedy: String? }
            let ready: Bool
            let level: String
            let findings: [Finding]
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(report.json))
        #expect(!document.ready && document.level == "failed" && document.findings.count == 3)
        #expect(document.findings[1].remedy == "GRANT pg_read_all_data TO the role.")
    }
}
