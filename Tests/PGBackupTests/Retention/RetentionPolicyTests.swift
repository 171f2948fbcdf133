import FoundationEssentials
import GroundworkCore
import GroundworkTesting
@testable import PGBackup
import Testing

@Suite struct RetentionPolicyTests {
    /// 2026-11-26T00:00:00Z, a Thursday.
    private let now = Date(timeIntervalSince1970: 1_795_651_200)

    private func backup(daysAgo days: Double, source: String = "shop", seed: UInt64 = 1) -> RetentionCandidate {
        let date = now.addingTimeInterval(-days * 86_400)
        let id = BackupID(date, random: ManualRandom(seed: seed &+ UInt64(bitPattern: Int64(days * 1000))))
        return RetentionCandidate(id: id, date: date, source: source, storedLength: 10)
    }

    private func verification(
        _ backup: RetentionCandidate,
        _ passed: Bool,
        level: VerificationLevel = .restored,
        after hours: Double = 1
    ) -> VerificationSummary {
        VerificationSummary(
            backup: backup.id,
            level: level,
            passed: passed,
            startedAt: backup.date.addingTimeInterval(hours * 3600)
        )
    }

    private func days(_ decisions: [RetentionPlan.Decision]) -> [Double] {
        decisions.map { now.timeIntervalSince($0.backup.date) / 86_400 }
    }

    @Test func keepsThirtyDaysUnlessToldOtherwise() {
        let plan = RetentionPolicy().plan([1, 29.9, 30, 30.1, 400].map { backup(daysAgo: $0) }, now: now)
        #expect(days(plan.kept) == [1, 29.9, 30])
        #expect(days(plan.deleted) == [30.1, 400])
        #expect(plan.deleted[1].reasons.map(\.text) == ["it is 400 days old, and no rule keeps it"])
        #expect(plan.deletedBytes == 20)
    }

    @Test func theNewestIsKeptHoweverOldItIs() {
        var policy = RetentionPolicy()
        policy.minimumKept = -3
        let plan = policy.plan([100, 200, 300].map { backup(daysAgo: $0) }, now: now)
        #expect(days(plan.kept) == [100])
        #expect(plan.kept[0].reasons.map(\.code) == ["minimum"])
    }

    @Test func theLastVerifiedBackupIsKept() {
        var old = backup(daysAgo: 90)
        old.verifications = [verification(old, true)]
        var older = backup(daysAgo: 120)
        older.verifications = [verification(older, true)]
        let plan = RetentionPolicy().plan([backup(daysAgo: 1), backup(daysAgo: 60), old, older], now: now)
        #expect(days(plan.kept) == [1, 90])
        #expect(plan.kept[1].reasons.map(\.code) == ["lastVerified"])
    }

    @Test func aVerificationThatDoesNotGoFarEnoughDoesNotCount() {
        var old = backup(daysAgo: 90)
        old.verifications = [verification(old, true, level: .decoded)]
        var policy = RetentionPolicy()
        #expect(days(policy.plan([backup(daysAgo: 1), old], now: now).kept) == [1, 90])
        policy.verifiedLevel = .restored
        #expect(days(policy.plan([backup(daysAgo: 1), old], now: now).kept) == [1])
    }

    @Test func aBackupThatFailedItsVerificationTakesNoGoodOnesPlace() {
        var bad = backup(daysAgo: 40)
        bad.verifications = [verification(bad, true), verification(bad, false, after: 5)]
        var policy = RetentionPolicy()
        policy.newest = 1
        policy.monthly = 1
        let plan = policy.plan([bad, backup(daysAgo: 50), backup(daysAgo: 60)], now: now)
        #expect(days(plan.kept) == [50])
        #expect(plan.deleted[0].reasons.map(\.code) == ["failed"])
    }

    @Test func aLaterSuccessMakesAFailureGood() {
        var backup = backup(daysAgo: 40)
        backup.verifications = [verification(backup, false), verification(backup, true, after: 5)]
        #expect(backup.standingFailure == nil)
        #expect(backup.isVerified(.restored))
        // Not one that goes less far.
        backup.verifications = [verification(backup, false), verification(backup, true, level: .stored, after: 5)]
        #expect(backup.standingFailure != nil)
    }

    @Test func badBackupsAreBetterThanNone() {
        var bad = [40, 50].map { backup(daysAgo: $0) }
        for index in bad.indices { bad[index].verifications = [verification(bad[index], false)] }
        #expect(days(RetentionPolicy().plan(bad, now: now).kept) == [40])
    }

    @Test func pinsKeep() {
        var pinned = backup(daysAgo: 500)
        pinned.isPinned = true
        let plan = RetentionPolicy().plan([pinned, backup(daysAgo: 1)], now: now)
        #expect(days(plan.kept) == [1, 500])
        #expect(plan.kept[1].reasons.map(\.text) == ["it is pinned"])
    }

    @Test func keepsTheNewestOfEachDayWeekMonthAndYear() {
        var policy = RetentionPolicy()
        policy.maximumAge = nil
        policy.daily = 2
        policy.weekly = 2
        policy.monthly = 2
        policy.yearly = 2
        // Thursday; Wednesday twice; Sunday and Saturday of the week before; October; last year.
        let all = [0, 0.6, 0.9, 3.6, 4.6, 30.5, 35, 400].map { backup(daysAgo: $0) }
        let plan = policy.plan(all, now: now)
        let kept = Dictionary(uniqueKeysWithValues: zip(days(plan.kept), plan.kept.map { $0.reasons.map(\.code) }))
        #expect(kept[0] == ["daily", "weekly", "monthly", "yearly"])
        #expect(kept[0.6] == ["daily"])
        #expect(kept[3.6] == ["weekly"])
        #expect(kept[30.5] == ["monthly"])
        #expect(kept[400] == ["yearly"])
        #expect(days(plan.deleted) == [0.9, 4.6, 35])
    }

    @Test func daysBeginWhereTheZoneSaysSo() throws {
        var policy = RetentionPolicy()
        policy.maximumAge = nil
        policy.daily = 2
        // 23:30 and 00:30 of Berlin are one day in UTC.
        let all = [1.0 / 16, 1.0 / 48].map { backup(daysAgo: $0) }
        #expect(policy.plan(all, now: now).kept.count == 1)
        policy.timeZone = try IANATimeZone("Europe/Berlin")
        #expect(policy.plan(all, now: now).kept.count == 2)
    }

    @Test func everyDatabaseKeepsItsOwn() {
        let all = [100, 101, 102].map { backup(daysAgo: $0, source: "a") } + [backup(daysAgo: 300, source: "b")]
        #expect(days(RetentionPolicy().plan(all, now: now).kept) == [100, 300])
    }

    @Test func aPolicyWithoutRulesKeepsEverything() {
        var policy = RetentionPolicy()
        policy.maximumAge = nil
        #expect(policy.plan([1, 1000].map { backup(daysAgo: $0) }, now: now).deleted.isEmpty)
    }

    @Test func backupsFromTheFutureAreKeptAndTakeNoPlace() {
        var policy = RetentionPolicy()
        policy.newest = 1
        let plan = policy.plan([-10, 90, 100].map { backup(daysAgo: $0) }, now: now)
        #expect(days(plan.kept) == [-10, 90])
        #expect(plan.kept[0].reasons.map(\.code) == ["future"])
    }

    @Test func goesByTheManifestsTimeAndNotByTheName() {
        // The id says it is the oldest, its manifest that it is the newest.
        var moved = backup(daysAgo: 900)
        moved.date = now.addingTimeInterval(-3600)
        let plan = RetentionPolicy().plan([backup(daysAgo: 40), moved], now: now)
        #expect(plan.decisions.first?.backup.id == moved.id)
        #expect(plan.kept.map(\.backup.id) == [moved.id])
    }

    @Test("Rule 12: retention never deletes the last good backup") func holdsToItsPromisesForAnyBackupsAndPolicy() {
        for seed in 0..<400 as Range<UInt64> {
            let random = ManualRandom(seed: seed)
            func below(_ limit: UInt64) -> Int { Int(random.next() % limit) }
            var all: [RetentionCandidate] = []
            for number in 0..<below(40) {
                var candidate = backup(
                    daysAgo: Double(below(40_000)) / 100 - 2,
                    source: "\(below(3))",
                    seed: seed * 1000 + UInt64(number)
                )
                if below(10) == 0 { candidate.isPinned = true }
                for _ in 0..<below(3) {
                    let level = VerificationLevel.allCases[below(3)]
                    let hours = Double(1 + below(50))
                    candidate.verifications.append(verification(candidate, below(3) > 0, level: level, after: hours))
                }
                all.append(candidate)
            }
            var policy = RetentionPolicy()
            policy.maximumAge = below(3) == 0 ? nil : .seconds(below(100) * 86_400)
            policy.newest = below(5)
            policy.daily = below(5)
            policy.weekly = below(5)
            policy.monthly = below(3)
            policy.yearly = below(3)
            policy.minimumKept = below(4)
            let plan = policy.plan(all, now: now)

            let ids = plan.decisions.map(\.backup.id)
            #expect(Set(ids) == Set(all.map(\.id)) && ids.count == all.count, "seed \(seed)")
            #expect(plan.decisions.allSatisfy { !$0.reasons.isEmpty }, "seed \(seed)")
            #expect(plan.deleted.allSatisfy { !$0.backup.isPinned && $0.backup.date <= now }, "seed \(seed)")
            for (source, group) in Dictionary(grouping: plan.decisions, by: \.backup.source) {
                let past = group.filter { $0.backup.date.timeIntervalSince(now) <= 300 }
                #expect(past.isEmpty || past.contains(where: \.isKept), "seed \(seed) \(source)")
                for level in [VerificationLevel.decoded, .restored] {
                    let verified = past.first { $0.backup.isVerified(level) }
                    #expect(verified?.isKept ?? true, "seed \(seed) \(source) \(level)")
                }
                let good = past.filter { $0.backup.standingFailure == nil }
                let wanted = min(good.count, max(1, policy.minimumKept, policy.newest))
                #expect(good.filter(\.isKept).count >= wanted, "seed \(seed) \(source)")
                if let age = policy.maximumAge {
                    #expect(
                        past.allSatisfy { $0.isKept || now.timeIntervalSince($0.backup.date) > age.seconds },
                        "seed \(seed) \(source)"
                    )
                }
            }
            // The order of the input does not matter, and what is kept is kept again.
            #expect(policy.plan(all.reversed(), now: now).kept.map(\.backup.id) == plan.kept.map(\.backup.id))
            #expect(policy.plan(plan.kept.map(\.backup), now: now).deleted.isEmpty, "seed \(seed)")
        }
    }
}
