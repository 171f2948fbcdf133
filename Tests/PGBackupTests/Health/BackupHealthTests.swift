import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
@testable import PGBackup
import Testing

@Suite struct BackupHealthTests {
    /// 2026-11-26T12:00:00Z.
    static let now = Date(timeIntervalSince1970: 1_795_694_400)
    private var now: Date { Self.now }

    static func schedule(_ text: String = "0 5 * * *", in zone: IANATimeZone = .utc) throws -> CronSchedule {
        CronSchedule(try CronExpression(text), in: zone)
    }

    /// The backup of the run that was due at five, so many days ago.
    static func nightly(daysAgo days: Int, lateBy seconds: Double = 3) -> BackupManifest {
        let date = now.addingTimeInterval(Double(-days * 86_400 - 7 * 3600) + seconds)
        return sampleManifest(date, seed: UInt64(days + 1000))
    }

    private func nightly(daysAgo days: Int) -> BackupManifest { Self.nightly(daysAgo: days) }

    private func proof(_ backup: BackupManifest, _ level: VerificationLevel, _ passed: Bool) -> VerificationSummary {
        VerificationSummary(
            backup: backup.id,
            level: level,
            passed: passed,
            startedAt: backup.startedAt.addingTimeInterval(600)
        )
    }

    @Test func aBackupOfLastNightIsHealthy() throws {
        let health = BackupHealth(backups: [nightly(daysAgo: 0)], schedule: try Self.schedule(), now: now)
        #expect(health.isHealthy)
        #expect(
            health.sentence
                == "The last verified backup is 7 h old. The next is due at 2026-11-27 05:00 UTC."
        )
        #expect(health.healthText.hasPrefix("ok: "))
    }

    @Test func aNightWithoutABackupIsNotHealthyOnceTheGraceIsOver() throws {
        let backups = [nightly(daysAgo: 1)]
        let due = now.addingTimeInterval(-7 * 3600)
        for (minutes, isHealthy) in [(-1.0, true), (0, true), (60, true), (61, false)] {
            let health = BackupHealth(
                backups: backups,
                schedule: try Self.schedule(),
                now: due.addingTimeInterval(minutes * 60)
            )
            #expect(health.isHealthy == isHealthy, "after \(minutes) minutes")
        }
        let health = BackupHealth(backups: backups, schedule: try Self.schedule(), now: now)
        #expect(
            health.sentence
                == "The last verified backup is 31 h old, too old for the schedule. The run that was due at 2026-11-26 "
                + "05:00 UTC has brought none."
        )
        #expect(health.healthText.hasPrefix("not ok: "))
    }

    @Test("Rule 13: health is the age of the last verified backup") func theAgeCountsAndNotTheLastRun() throws {
        var history = RunHistory()
        let error = PGBackupError(.connectionFailed, "Gone.")
        history.add(RunRecord(startedAt: now.addingTimeInterval(-60), duration: .seconds(1), error: error), now: now)
        // A run by hand failed, but last night's backup is there.
        let good = BackupHealth(
            backups: [nightly(daysAgo: 0)],
            history: history,
            schedule: try Self.schedule(),
            now: now
        )
        #expect(good.isHealthy)
        #expect(good.sentence.hasSuffix("The last run failed (connectionFailed)."))
        let none = BackupHealth(backups: [], history: history, schedule: try Self.schedule(), now: now)
        #expect(!none.isHealthy)
        #expect(none.sentence == "There is no backup. The last run failed (connectionFailed).")
    }

    @Test func aLastRunThatIsNotVerifiedIsSaidUntilItsBackupIs() throws {
        let (last, before) = (nightly(daysAgo: 0), nightly(daysAgo: 1))
        var run = RunRecord(last)
        run.failVerification(PGBackupError(.timedOut, "Too slow."))
        var history = RunHistory()
        history.add(run, now: now)
        var options = BackupHealth.Options()
        options.requiredLevel = .decoded
        func sentence(_ proofs: [VerificationSummary]) throws -> String {
            BackupHealth(
                backups: [before, last],
                verifications: proofs,
                history: history,
                schedule: try Self.schedule(),
                options: options,
                now: now.addingTimeInterval(-6.5 * 3600)
            ).sentence
        }
        let words = " The backup of the last run is not verified (timedOut)."
        let proved = proof(before, .decoded, true)
        #expect(try sentence([proved]).hasSuffix(words))
        #expect(try !sentence([proved, proof(last, .decoded, true)]).contains(words))
    }

    @Test func aBackupCountsOnlyWhenItIsVerifiedAsFarAsRequired() throws {
        let (last, before) = (nightly(daysAgo: 0), nightly(daysAgo: 1))
        var options = BackupHealth.Options()
        options.requiredLevel = .decoded
        func health(_ proofs: [VerificationSummary]) throws -> BackupHealth {
            BackupHealth(
                backups: [before, last],
                verifications: proofs,
                schedule: try Self.schedule(),
                options: options,
                now: now
            )
        }
        #expect(try health([]).isHealthy == false)
        #expect(try health([]).sentence == "No backup is verified as far as is required (decoded).")
        #expect(try health([proof(before, .restored, true)]).isHealthy == false)
        #expect(try health([proof(last, .decoded, true)]).isHealthy)
        #expect(try health([proof(last, .restored, true)]).lastVerified == last)
    }

    @Test func aFailedVerificationTakesABackupOutEvenIfNoneIsRequired() throws {
        let last = nightly(daysAgo: 0)
        let health = BackupHealth(
            backups: [last],
            verifications: [proof(last, .restored, false)],
            schedule: try Self.schedule(),
            now: now
        )
        #expect(!health.isHealthy)
        #expect(health.days.last?.isDamaged == true)
    }

    @Test func beforeTheFirstDueTimeNoBackupIsNoFault() throws {
        var options = BackupHealth.Options()
        func health() throws -> BackupHealth {
            BackupHealth(backups: [], schedule: try Self.schedule(), options: options, now: now)
        }
        #expect(try health().isHealthy == false)
        options.processStart = now.addingTimeInterval(-3600)
        #expect(try health().isHealthy)
        #expect(try health().sentence == "There is no backup yet. The first is due at 2026-11-27 05:00 UTC.")
        options.processStart = now.addingTimeInterval(-86_400)
        #expect(try health().isHealthy == false)
    }

    @Test func backupsFromTheFutureProveNothing() throws {
        let health = BackupHealth(backups: [nightly(daysAgo: -400)], schedule: try Self.schedule(), now: now)
        #expect(!health.isHealthy)
        #expect(health.backupCount == 1)
    }

    @Test func daysAndGapsComeFromHistoryAndManifests() throws {
        var history = RunHistory()
        // Seen by the history, pruned since; then one that failed; then nothing at all.
        let pruned = nightly(daysAgo: 40)
        history.add(RunRecord(pruned), now: now)
        let error = PGBackupError(.storeFailed, "Full.")
        history.add(
            RunRecord(startedAt: now.addingTimeInterval(-39 * 86_400 - 7 * 3600), duration: .seconds(1), error: error),
            now: now
        )
        let backups = (0...36).map { nightly(daysAgo: $0) }
        history.add(RunRecord(backups[0]), now: now)
        let health = BackupHealth(backups: backups, history: history, schedule: try Self.schedule(), now: now)
        #expect(health.days.count == 90)
        #expect(health.days.last?.text == "2026-11-26")
        #expect(health.days.first?.text == "2026-08-29")
        #expect(health.days.map(\.backups).reduce(0, +) == 38)
        #expect(health.days[89 - 40].backups == 1)
        #expect(health.days[89 - 39].failures == 1)
        #expect(health.days.indices.filter { health.days[$0].gaps > 0 } == [89 - 39, 89 - 38, 89 - 37])
        #expect(health.gaps.count == 3)
        #expect(health.gaps.first == now.addingTimeInterval(-37 * 86_400 - 7 * 3600))
        #expect(health.recentRuns.count == 20)
        #expect(health.recentRuns.first?.record.backup == backups[0].id)
    }

    @Test func aRunThatIsLateOrMadeByHandMeetsItsDueTime() throws {
        let late = Self.nightly(daysAgo: 1, lateBy: 20 * 3600)
        let early = Self.nightly(daysAgo: 0, lateBy: -30)
        let health = BackupHealth(
            backups: [Self.nightly(daysAgo: 2), late, early],
            schedule: try Self.schedule(),
            now: now
        )
        #expect(health.gaps.isEmpty)
    }

    @Test func daysAreThoseOfTheSchedulesZone() throws {
        // 23:30 in Berlin is the day before in UTC's reckoning of the next morning.
        let zone = try IANATimeZone("Pacific/Auckland")
        let health = BackupHealth(
            backups: [sampleManifest(now.addingTimeInterval(-600))],
            schedule: try Self.schedule(in: zone),
            now: now
        )
        #expect(health.days.last?.text == "2026-11-27")
        #expect(health.days.last?.backups == 1)
    }

    @Test func denseSchedulesAreBounded() throws {
        var history = RunHistory()
        history.add(RunRecord(nightly(daysAgo: 300)), now: now)
        let health = BackupHealth(backups: [], history: history, schedule: try Self.schedule("* * * * *"), now: now)
        #expect(health.gaps.count == 20)
        #expect(health.days.map(\.gaps).reduce(0, +) <= 30_000)
    }

    @Test func projectsTheRestoreOntoThePresentSize() throws {
        let backup = nightly(daysAgo: 0)
        var record = VerificationRecord(
            backup: backup.id,
            level: .restored,
            passed: true,
            startedAt: now,
            seconds: 100,
            storedBytes: 5,
            archiveBytes: 9
        )
        record.restoreSeconds = 60
        record.restoredBytes = 2000
        func drill() throws -> BackupHealth.Drill? {
            BackupHealth(backups: [backup], lastDrill: record, schedule: try Self.schedule(), now: now).drill
        }
        // The database has 4,000 bytes now.
        #expect(try drill()?.projectedSeconds == 120)
        record.restoredBytes = nil
        #expect(try drill()?.projectedSeconds == 60)
        record.archiveBytes = 0
        #expect(try drill()?.projectedSeconds == 60)
    }

    @Test func isReadFromTheStore() async throws {
        let store = InMemoryObjectStore()
        let manifest = nightly(daysAgo: 0)
        try await storeSample(manifest, in: store)
        let backups = try backups(in: store) { $0.time = ManualTime(now: Self.now) }
        var record = VerificationRecord(
            backup: manifest.id,
            level: .restored,
            passed: true,
            startedAt: now.addingTimeInterval(-600),
            seconds: 100,
            storedBytes: 5,
            archiveBytes: 9
        )
        try await backups.store(record)
        record.startedAt = now.addingTimeInterval(-60)
        try await backups.store(record)
        try await store.put("backup/verifications/\(record.summary.backup)/\(record.summary.name)", .text("damaged"))
        try await store.put("backup/manifests/\(sampleManifest(now, seed: 77).id).manifest.json", .text("{"))
        try await backups.remember(RunRecord(manifest))
        var options = BackupHealth.Options()
        options.requiredLevel = .restored
        let health = try await backups.health(schedule: try Self.schedule(), options: options)
        #expect(health.isHealthy)
        // The newest record cannot be read: the one before it counts.
        #expect(health.drill?.date == now.addingTimeInterval(-600))
        #expect(health.options.notices.count == 1)
    }

    @Test func ofManyBackupsOnlyTwoManifestsAreRead() async throws {
        let store = FaultyStore(InMemoryObjectStore())
        let manifests = (0..<200).map { nightly(daysAgo: $0) }
        for manifest in manifests { try await storeSample(manifest, in: store) }
        let backups = try backups(in: store) { $0.time = ManualTime(now: Self.now) }
        // Only the older ones are verified as far as is required.
        for manifest in manifests[3...] {
            var record = VerificationRecord(
                backup: manifest.id,
                level: .decoded,
                passed: true,
                startedAt: manifest.startedAt.addingTimeInterval(600),
                seconds: 1,
                storedBytes: 5,
                archiveBytes: 9
            )
            record.tool = "pg_restore 15.18"
            try await backups.store(record)
        }
        var options = BackupHealth.Options()
        options.requiredLevel = .decoded
        /// Asks the store, and which manifests were read for it.
        func ask() async throws -> (health: BackupHealth, reads: Set<String>) {
            let before = store.calls.count
            let health = try await backups.health(schedule: try Self.schedule(), options: options)
            return (health, Set(store.calls.dropFirst(before).filter { $0.hasPrefix("get backup/manifests/") }))
        }
        let computed = BackupHealth(
            backups: manifests,
            verifications: try await backups.verifications(),
            schedule: try Self.schedule(),
            options: options,
            now: now
        )
        #expect(computed.lastVerified?.id == manifests[3].id)
        // The first time all are read, and what was learnt is kept.
        let first = try await ask()
        #expect(first.health == computed)
        #expect(first.reads.count == 200)
        let second = try await ask()
        #expect(second.health == computed)
        #expect(second.reads == Set([0, 3].map { "get \(backups.keys.manifest(manifests[$0].id))" }))
        // One that is gone since it was listed is no backup, and hides no other.
        let gone = ObjectStoreError(.notFound, "Gone.")
        store.inject(.fails(.get, of: manifests[0].id.text, with: gone))
        let third = try await ask().health
        #expect(third.lastBackup?.id == manifests[1].id)
        #expect(third.backupCount == 199)
    }
}
