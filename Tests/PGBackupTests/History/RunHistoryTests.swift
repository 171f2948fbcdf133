import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
@testable import PGBackup
import Testing

@Suite struct RunHistoryTests {
    private let now = Date(timeIntervalSince1970: 1_795_651_200)

    private func success(_ hours: Double) -> RunRecord {
        RunRecord(sampleManifest(now.addingTimeInterval(hours * 3600)))
    }

    private func failure(_ hours: Double) -> RunRecord {
        RunRecord(
            startedAt: now.addingTimeInterval(hours * 3600),
            duration: .seconds(2),
            error: PGBackupError(.connectionFailed, "The server is not there.")
        )
    }

    private func unverified(_ hours: Double) -> RunRecord {
        var run = success(hours)
        run.failVerification(PGBackupError(.dataCorrupted, "A byte differs."))
        return run
    }

    private func kinds(_ runs: [RunRecord], then run: RunRecord, hadBackups: Bool = false) -> [String] {
        var history = RunHistory()
        for run in runs { history.add(run, now: now) }
        return history.events(after: run, database: "shop", hadBackups: hadBackups, now: now).map(\.kind.rawValue)
    }

    @Test func tellsTheFirstSuccessOnce() {
        #expect(kinds([], then: success(0)) == ["firstSuccess", "succeeded"])
        #expect(kinds([success(-24)], then: success(0)) == ["succeeded"])
        // The history was lost.
        #expect(kinds([], then: success(0), hadBackups: true) == ["succeeded"])
    }

    @Test func tellsFailuresAndTheRecovery() {
        #expect(kinds([], then: failure(0)) == ["failed"])
        #expect(kinds([success(-48), failure(-24)], then: failure(0)) == ["failed"])
        #expect(kinds([success(-48), failure(-24)], then: success(0)) == ["recovered", "succeeded"])
        #expect(kinds([failure(-24)], then: success(0)) == ["recovered", "succeeded"])
        #expect(kinds([failure(-48), success(-24)], then: success(0)) == ["succeeded"])
    }

    @Test func anUnverifiedNightIsAFailureAndWhatFollowsItARecovery() throws {
        #expect(kinds([success(-24)], then: unverified(0)) == ["failed"])
        #expect(kinds([success(-48), unverified(-24)], then: success(0)) == ["recovered", "succeeded"])
        var history = RunHistory()
        for run in [success(-48), unverified(-24)] { history.add(run, now: now) }
        let event = history.events(after: unverified(0), database: "shop", hadBackups: true, now: now)[0]
        #expect(
            event.message
                == "The backup of shop was stored, but it is not verified (dataCorrupted). A byte differs. It is failure "
                + "number 2 since 2026-11-25T00:00:00Z."
        )
        // What older versions wrote says nothing of it.
        let data = try JSONEncoder().encode(success(0))
        #expect(!String(decoding: data, as: UTF8.self).contains("isVerified"))
        #expect(
            try JSONDecoder().decode(RunRecord.self, from: try JSONEncoder().encode(unverified(0))) == unverified(0)
        )
    }

    @Test func aFailureSaysWhyAndSinceWhen() {
        var history = RunHistory()
        for run in [success(-72), failure(-48), failure(-24)] { history.add(run, now: now) }
        let event = history.events(after: failure(0), database: "shop", hadBackups: true, now: now)[0]
        #expect(
            event.message
                == "The backup of shop failed (connectionFailed). The server is not there. It is failure number 3 since "
                + "2026-11-24T00:00:00Z."
        )
        #expect(event.failures == 3)
        let recovered = history.events(after: success(0), database: "shop", hadBackups: true, now: now)[0]
        #expect(
            recovered.message
                == "Backups work again after 2 failures. The backup of shop was stored: 5 B in 1 min."
        )
    }

    @Test func isBoundedInNumberAndAge() {
        var history = RunHistory()
        for number in 0..<(RunHistory.runLimit + 20) { history.add(failure(Double(number) / 1000), now: now) }
        #expect(history.runs.count == RunHistory.runLimit)
        history.add(success(24 * 500), now: now.addingTimeInterval(500 * 86_400))
        #expect(history.runs.count == 1)
    }

    @Test func isKeptBesideTheBackups() async throws {
        let store = InMemoryObjectStore()
        let backups = try backups(in: store) { [now] in $0.time = ManualTime(now: now) }
        #expect(try await backups.history().runs.isEmpty)
        try await backups.remember(failure(-24))
        let history = try await backups.remember(success(0))
        #expect(history.runs == [failure(-24), success(0)])
        #expect(try await backups.history() == history)
        #expect(try await allKeys(store) == ["backup/history.json"])
    }

    @Test func aDamagedHistoryIsBegunAnewAndAStoreThatFailsIsAnError() async throws {
        let failing = Locked(false)
        var configuration = InMemoryObjectStore.Configuration()
        configuration.beforeOperation = { operation in
            if failing.withLock({ $0 }) { throw ObjectStoreError(.unavailable, "Down.", key: operation.key) }
        }
        let store = InMemoryObjectStore(configuration: configuration)
        let backups = try backups(in: store) { [now] in $0.time = ManualTime(now: now) }
        for text in ["", "{", "[]", "{\"formatVersion\":1,\"runs\":7}"] {
            try await store.put("backup/history.json", .text(text))
            #expect(try await backups.history().runs.isEmpty)
        }
        #expect(try await backups.remember(success(0)).runs.count == 1)
        failing.withLock { $0 = true }
        await #expect(throws: PGBackupError.self) { try await backups.remember(success(1)) }
        await #expect(throws: PGBackupError.self) { try await backups.history() }
    }
}

@Suite struct PlainTextTests {
    @Test(
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (9949, "9.9 kB"), (9951, "10 kB"), (999_499, "999 kB"),
            (999_500, "1.0 MB"), (1_400_000_000, "1.4 GB"), (Int64.max, "9.2 EB"), (-5, "0 B"),
        ] as [(Int64, String)]
    )
    func bytes(_ bytes: Int64, text: String) { #expect(ByteText.of(bytes) == text) }

    @Test(
        arguments: [
            (0, "0.0 s"), (9.94, "9.9 s"), (45, "45 s"), (60, "1 min"), (725, "12 min 5 s"), (3600, "1 h"),
            (12_000, "3 h 20 min"),
            (90_000, "25 h"), (25_197, "7 h"), (3599.9, "1 h"), (3569, "59 min 29 s"), (172_799, "2 days"),
            (172_800, "2 days"), (180_000, "2 days 2 h"), (.infinity, "a very long time"),
            (-1, "0.0 s"),
        ] as [(Double, String)]
    )
    func durations(_ seconds: Double, text: String) { #expect(DurationText.of(seconds) == text) }

    @Test(arguments: [
        (1.005, 1, "1.0"), (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (12.3456, 3, "12.346"), (2.5, 0, "3"), (.nan, 2, "0"),
    ])
    func decimals(_ value: Double, digits: Int, text: String) { #expect(DecimalText.of(value, digits: digits) == text) }
}
