import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
@testable import PGBackup
import Testing

/// What counts as late, and until when what is good stays so.
@Suite struct HealthVerdictTests {
    private let now = BackupHealthTests.now
    /// 05:00 of the same day.
    private var due: Date { now.addingTimeInterval(-7 * 3600) }

    private func health(
        _ backups: [BackupManifest],
        at date: Date,
        running: BackupHealth.Running? = nil,
        started: Date? = nil
    ) throws -> BackupHealth {
        var options = BackupHealth.Options()
        options.running = running
        options.processStart = started
        return BackupHealth(backups: backups, schedule: try BackupHealthTests.schedule(), options: options, now: date)
    }

    @Test(arguments: [0.0, 2, 30, 59])
    func aRunThatBeganALittleBeforeItsDueTimeIsThatTimes(seconds: Double) throws {
        let early = BackupHealthTests.nightly(daysAgo: 0, lateBy: -seconds)
        let later = try health([early], at: now)
        #expect(later.isHealthy && later.gaps.isEmpty, "\(later.sentence)")
        #expect(later.goodUntil == due.addingTimeInterval(25 * 3600))
    }

    @Test func aRunThatWasMadeWellBeforeTheDueTimeIsNotThatTimes() throws {
        let byHand = BackupHealthTests.nightly(daysAgo: 0, lateBy: -1800)
        #expect(try !health([byHand], at: now).isHealthy)
    }

    @Test func whileARunIsAtWorkWhatWasHealthyStaysSoUntilItsDeadline() throws {
        let last = [BackupHealthTests.nightly(daysAgo: 1)]
        let run = BackupHealth.Running(startedAt: due, deadline: due.addingTimeInterval(6 * 3600))
        // The grace of an hour has long passed.
        let late = due.addingTimeInterval(5 * 3600)
        #expect(try !health(last, at: late).isHealthy)
        let atWork = try health(last, at: late, running: run)
        #expect(atWork.isHealthy)
        #expect(atWork.sentence.hasSuffix(" A run has been at work since 2026-11-26 05:00 UTC."))
        #expect(atWork.goodUntil == run.deadline)
        #expect(try !health(last, at: due.addingTimeInterval(6 * 3600 + 1), running: run).isHealthy)
        // One without a limit may hang.
        #expect(try !health(last, at: late, running: .init(startedAt: due, deadline: nil)).isHealthy)
    }

    @Test func aRunThatIsAtWorkMakesNothingHealthy() throws {
        let run = BackupHealth.Running(startedAt: due, deadline: due.addingTimeInterval(6 * 3600))
        // The night before brought none either.
        let old = try health([BackupHealthTests.nightly(daysAgo: 2)], at: due.addingTimeInterval(60), running: run)
        #expect(!old.isHealthy && old.goodUntil == nil)
        #expect(try !health([], at: due.addingTimeInterval(60), running: run).isHealthy)
    }

    @Test func theFirstRunOfAllMayBeLongerThanTheGraceToo() throws {
        let (started, late) = (due.addingTimeInterval(-3600), due.addingTimeInterval(2 * 3600))
        let run = BackupHealth.Running(startedAt: due, deadline: due.addingTimeInterval(6 * 3600))
        #expect(try !health([], at: late, started: started).isHealthy)
        #expect(try health([], at: late, running: run, started: started).isHealthy)
    }

    @Test func theFileSaysUntilWhenItIsGoodAndThePageDoesNot() throws {
        let good = try health([BackupHealthTests.nightly(daysAgo: 0)], at: now)
        #expect(good.statusFile.contains("Good until 2026-11-27 06:00 UTC."))
        #expect(!good.statusPage.contains("Good until"))
        #expect(String(decoding: good.json, as: UTF8.self).contains(#""goodUntil" : "2026-11-27T06:00:00Z""#))
        #expect(try !health([], at: now).statusFile.contains("Good until"))
    }

    @Test func theFileBesideTheBackupsIsTheOneThatSaysIt() async throws {
        let store = InMemoryObjectStore()
        try await storeSample(BackupHealthTests.nightly(daysAgo: 0), in: store)
        let backups = try backups(in: store) { $0.time = ManualTime(now: BackupHealthTests.now) }
        try await backups.storeStatusPage(schedule: try BackupHealthTests.schedule())
        let page = String(decoding: try await store.read("backup/status.html"), as: UTF8.self)
        #expect(page.contains("Good until 2026-11-27 06:00 UTC."))
    }

    @Test("Rule 15: a run that is at work is seen in the JSON, the metrics and the page")
    func aRunThatIsAtWorkIsSeen() throws {
        let run = BackupHealth.Running(startedAt: now.addingTimeInterval(-720), deadline: now.addingTimeInterval(3600))
        let backups = [BackupHealthTests.nightly(daysAgo: 0)]
        let (idle, busy) = (try health(backups, at: now), try health(backups, at: now, running: run))
        #expect(idle.prometheusText.contains("\npgbackup_running{database=\"shop\"} 0\n"))
        #expect(busy.prometheusText.contains("\npgbackup_running{database=\"shop\"} 1\n"))
        let idleJSON = String(decoding: idle.json, as: UTF8.self)
        let busyJSON = String(decoding: busy.json, as: UTF8.self)
        #expect(idleJSON.contains(#""running" : false"#) && !idleJSON.contains("runningSince"))
        #expect(busyJSON.contains(#""running" : true"#))
        #expect(busyJSON.contains(#""runningSince" : "2026-11-26T11:48:00Z""#))
        #expect(!idle.statusPage.contains("Running now"))
        #expect(busy.statusPage.contains("<dt>Running now</dt><dd>for 12 min"))
        #expect(busy.statusPage.contains("stopped at 2026-11-26 13:00 UTC at the latest"))
    }

    @Test("Rule 5: the page and the JSON say by what the last backup was made, and its warnings")
    func theWarningsOfTheLastBackupAreShown() throws {
        var last = BackupHealthTests.nightly(daysAgo: 0)
        last.tool.reason = "lowestNewerMajor"
        last.warnings = ["pg_dump 18.1 is newer than the server <b>15.18</b>."]
        let shown = try health([BackupHealthTests.nightly(daysAgo: 1), last], at: now)
        let page = shown.statusPage
        #expect(page.contains("PostgreSQL 15.18, dumped by pg_dump 15.18, the lowest newer version found."))
        #expect(page.contains("<li>pg_dump 18.1 is newer than the server &lt;b&gt;15.18&lt;/b&gt;.</li>"))
        #expect(!page.contains("<b>15.18"))
        let json = String(decoding: shown.json, as: UTF8.self)
        #expect(json.contains(#""tool" : "pg_dump 15.18""#) && json.contains(#""toolReason" : "lowestNewerMajor""#))
        #expect(json.contains("pg_dump 18.1 is newer than the server"))
        last.warnings = (0..<500).map { "\($0) " + String(repeating: "<", count: 10_000) }
        #expect(try health([last], at: now).statusPage.utf8.count < 200_000)
    }
}
