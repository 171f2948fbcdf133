public import FoundationEssentials
import GroundworkCore

extension RetentionPolicy {
    /// Decides on every backup: a pure function.
    /// - Parameters:
    ///   - backups: all backups of one folder, in any order.
    ///   - now: the time that ages are counted from.
    public func plan(_ backups: [RetentionCandidate], now: Date) -> RetentionPlan {
        var decisions: [RetentionPlan.Decision] = []
        for group in Dictionary(grouping: backups, by: \.source).values {
            var planner = RetentionPlanner(policy: self, now: now, backups: group)
            decisions += planner.decide()
        }
        decisions.sort { ($0.backup.date, $0.backup.id) > ($1.backup.date, $1.backup.id) }
        return RetentionPlan(decisions: decisions, date: now)
    }

    /// Decides on every backup of a listing.
    public func plan(
        _ manifests: [BackupManifest],
        verifications: [VerificationSummary] = [],
        pinned: Set<BackupID> = [],
        now: Date
    ) -> RetentionPlan {
        let verifications = Dictionary(grouping: verifications, by: \.backup)
        return plan(
            manifests.map { manifest in
                var candidate = RetentionCandidate(manifest)
                candidate.isPinned = pinned.contains(manifest.id)
                candidate.verifications = verifications[manifest.id] ?? []
                return candidate
            },
            now: now
        )
    }
}

/// Decides on the backups of one database.
private struct RetentionPlanner {
    typealias Reason = RetentionPlan.Reason

    /// Clocks differ; a backup that is further ahead than this was made by a clock that was wrong.
    private static let futureTolerance = 300.0

    let policy: RetentionPolicy
    let now: Date
    /// The newest first.
    let backups: [RetentionCandidate]
    var reasons: [[Reason]]
    /// The places of those that count: not from the future, and not known to be bad.
    let good: [Int]

    init(policy: RetentionPolicy, now: Date, backups: [RetentionCandidate]) {
        self.policy = policy
        self.now = now
        self.backups = backups.sorted { ($0.date, $0.id) > ($1.date, $1.id) }
        reasons = Array(repeating: [], count: backups.count)
        good = self.backups.indices.filter { [backups = self.backups] index in
            backups[index].date.timeIntervalSince(now) <= Self.futureTolerance && backups[index].standingFailure == nil
        }
    }

    mutating func decide() -> [RetentionPlan.Decision] {
        keepByThemselves()
        keepNewest()
        keepByCalendar()
        keepLastVerified()
        keepMinimum()
        return backups.indices.map { index in
            let isKept = !reasons[index].isEmpty
            return .init(
                backup: backups[index],
                isKept: isKept,
                reasons: isKept ? reasons[index] : [reasonToDelete(backups[index])]
            )
        }
    }

    private mutating func keep(_ index: Int, _ code: String, _ text: String) {
        reasons[index].append(Reason(code, text))
    }

    /// What does not depend on other backups.
    private mutating func keepByThemselves() {
        for (index, backup) in backups.enumerated() {
            let age = now.timeIntervalSince(backup.date)
            if backup.isPinned { keep(index, "pinned", "it is pinned") }
            if age < -Self.futureTolerance { keep(index, "future", "its time is in the future: a clock was wrong") }
            if !policy.hasRule { keep(index, "noRule", "the policy has no rule, so everything is kept") }
            if let limit = policy.maximumAge, (-Self.futureTolerance...max(limit.seconds, 0)).contains(age) {
                keep(index, "age", "it is no older than \(Self.days(limit.seconds))")
            }
        }
    }

    private mutating func keepNewest() {
        for (rank, index) in good.prefix(max(0, policy.newest)).enumerated() {
            keep(index, "newest", "it is number \(rank + 1) of the newest \(policy.newest)")
        }
    }

    private mutating func keepByCalendar() {
        let rules: [(String, Int, (UTCDateTime) -> Int)] = [
            ("daily", policy.daily, { $0.dayNumber }),
            // 1970-01-01 was a Thursday: weeks begin on Monday.
            ("weekly", policy.weekly, { ($0.dayNumber + 3 + 7_000_000) / 7 }),
            ("monthly", policy.monthly, { $0.year * 12 + $0.month }),
            ("yearly", policy.yearly, { $0.year }),
        ]
        for (name, count, bucket) in rules where count > 0 {
            var last: Int?
            var number = 0
            for index in good {
                let second = UTCDateTime(backups[index].date).secondsSince1970
                let offset = policy.timeZone.rules.segment(containing: second).offset
                let current = bucket(UTCDateTime(secondsSince1970: second + offset))
                guard current != last else { continue }
                last = current
                number += 1
                keep(index, name, "it is number \(number) of \(count) \(name) backups")
                if number == count { break }
            }
        }
    }

    /// The last one of the level that counts, and the last ones of the levels above it.
    private mutating func keepLastVerified() {
        for level in VerificationLevel.allCases where level >= policy.verifiedLevel {
            guard let last = good.first(where: { backups[$0].isVerified(level) }),
                !reasons[last].contains(where: { $0.code == "lastVerified" })
            else { continue }
            let words =
                level == policy.verifiedLevel ? "verified backup" : "backup that is verified as \(level.rawValue)"
            keep(last, "lastVerified", "it is the last \(words)")
        }
    }

    /// Good ones first; known bad ones are better than nothing.
    private mutating func keepMinimum() {
        let minimum = max(1, policy.minimumKept)
        let isGood = Set(good)
        let bad = backups.indices.filter {
            !isGood.contains($0) && backups[$0].date.timeIntervalSince(now) <= Self.futureTolerance
        }
        var kept = good.count { !reasons[$0].isEmpty }
        for index in good + bad {
            guard kept < minimum else { return }
            guard reasons[index].isEmpty else { continue }
            keep(index, "minimum", "at least \(minimum) \(minimum == 1 ? "is" : "are") kept")
            kept += 1
        }
    }

    private func reasonToDelete(_ backup: RetentionCandidate) -> Reason {
        let age = Self.days(now.timeIntervalSince(backup.date))
        if backup.standingFailure != nil {
            return Reason("failed", "its last verification failed, it is \(age) old, and no rule keeps it")
        }
        return Reason("expired", "it is \(age) old, and no rule keeps it")
    }

    private static func days(_ seconds: Double) -> String {
        let days = (seconds / 86_400).rounded(.down)
        guard days >= 2, days < 1e9 else {
            let hours = Int(min(max(seconds / 3600, 0), 1e9).rounded(.down))
            return hours == 1 ? "1 hour" : "\(hours) hours"
        }
        return "\(Int(days)) days"
    }
}

extension UTCDateTime {
    /// Days since 1970-01-01.
    fileprivate var dayNumber: Int {
        let seconds = secondsSince1970
        return seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
    }
}
