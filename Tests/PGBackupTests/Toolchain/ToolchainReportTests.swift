@testable import PGBackup
import Testing

@Suite struct ToolchainReportTests {
    private func programs(_ numbers: Int...) -> [ClientPrograms] {
        numbers.map { ClientPrograms(directory: "/pg/\($0)", version: PostgresVersion(number: $0)) }
    }

    @Test("Rule 6: the same major version is preferred to the newest") func prefersTheServersOwnMajorVersion() throws {
        let report = try ToolchainReport.choose(
            from: programs(180001, 150018, 150020, 160004),
            server: PostgresVersion(number: 150019)
        )
        #expect(report.chosen.version.number == 150020)
        #expect(report.reason == .sameMajor)
        #expect(report.warnings.isEmpty)
    }

    @Test func warnsWhenItsMinorReleaseIsOlderThanTheServers() throws {
        let report = try ToolchainReport.choose(from: programs(150018), server: PostgresVersion(number: 150020))
        #expect(report.warnings.count == 1)
        #expect(report.warnings.first?.contains("15.18") == true)
        #expect(report.warnings.first?.contains("postgresql-client-15") == true)
    }

    @Test func takesTheLowestNewerMajorVersionWithAWarning() throws {
        let report = try ToolchainReport.choose(
            from: programs(180001, 140001, 160004, 170001),
            server: PostgresVersion(number: 150018)
        )
        #expect(report.chosen.version.major == 16)
        #expect(report.reason == .lowestNewerMajor)
        #expect(report.warnings.first?.contains("postgresql-client-15") == true)
        #expect(report.description.contains("16.4"))
    }

    @Test func refusesOlderOnesAndNamesThePackage() {
        let error = #expect(throws: PGBackupError.self) {
            try ToolchainReport.choose(from: programs(140001), server: PostgresVersion(number: 150018))
        }
        #expect(error?.code == .toolUnsuitable)
        #expect(error?.message.contains("postgresql-client-15") == true)
        #expect(error?.message.contains("/pg/140001") == true)
    }

    @Test func needsTheVersionThatWroteTheArchive() throws {
        let report = try ToolchainReport.choose(
            from: programs(150018, 170001),
            server: PostgresVersion(number: 150018),
            minimum: PostgresVersion(number: 160004)
        )
        #expect(report.chosen.version.major == 17)
    }
}
