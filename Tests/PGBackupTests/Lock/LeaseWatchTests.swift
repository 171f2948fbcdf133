import Testing
@testable import PGBackup

/// Who may take a lease, without a store or a clock.
@Suite struct LeaseWatchTests {
    private let start = ContinuousClock.now
    private let terms = LeaseTerms()

    private func content(released: Bool = false, seconds: Double = 60, writtenAt: String = "2026-11-26T03:00:00Z")
        -> LeaseContent
    {
        LeaseContent(holder: "a", seconds: seconds, renewal: 1, isReleased: released, writtenAt: writtenAt)
    }

    private func reading(_ etag: String?, _ content: LeaseContent? = nil) -> LeaseWatch.Reading {
        .init(etag: etag, content: content)
    }

    @Test func whereNoneIsOneIsCreated() {
        var watch = LeaseWatch(terms)
        #expect(watch.observe(reading(nil), at: start) == .create)
    }

    @Test func oneThatWasReleasedIsReplacedAtOnce() {
        var watch = LeaseWatch(terms)
        #expect(watch.observe(reading("1", content(released: true)), at: start) == .replace(etag: "1"))
    }

    @Test func oneWhoseHolderHeldTheLockThatWeHoldIsTakenOverAtOnce() {
        var left = content()
        left.lock = "7/shop/1"
        var same = LeaseWatch(terms, lock: "7/shop/1")
        #expect(same.observe(reading("1", left), at: start) == .replace(etag: "1"))
        for lock in [nil, "8/shop/1"] {
            var other = LeaseWatch(terms, lock: lock)
            guard case .wait = other.observe(reading("1", left), at: start) else {
                Issue.record("It was taken over.")
                return
            }
        }
        // One that was held without a lock is waited for, whatever we hold.
        guard case .wait = same.observe(reading("2", content()), at: start) else {
            Issue.record("It was taken over.")
            return
        }
    }

    @Test func oneThatChangesHasAHolder() {
        var watch = LeaseWatch(terms)
        guard case .wait = watch.observe(reading("1", content()), at: start) else {
            Issue.record("It does not wait.")
            return
        }
        #expect(watch.observe(reading("2", content()), at: start.advanced(by: .seconds(5))) == .busy)
    }

    @Test func oneThatStaysTheSameIsTakenOverOnlyAfterItsHolderHasGivenItUp() {
        var watch = LeaseWatch(terms)
        _ = watch.observe(reading("1", content()), at: start)
        for second in [1, 30, 60, 71] {
            let decision = watch.observe(reading("1", content()), at: start.advanced(by: .seconds(second)))
            guard case .wait = decision else {
                Issue.record("After \(second) seconds it decides \(decision).")
                return
            }
        }
        #expect(
            watch.observe(reading("1", content()), at: start.advanced(by: .seconds(72))) == .replace(etag: "1")
        )
    }

    @Test(arguments: ["1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "no time"])
    func whatTheHoldersClockSaysCountsForNothing(_ time: String) {
        var watch = LeaseWatch(terms)
        _ = watch.observe(reading("1", content(writtenAt: time)), at: start)
        guard case .wait = watch.observe(reading("1", content(writtenAt: time)), at: start.advanced(by: .seconds(60)))
        else {
            Issue.record("It was taken over by the wall clock.")
            return
        }
    }

    @Test func aLongerLeaseIsWaitedForLongerAndAnAbsurdOneNotForEver() {
        #expect(LeaseTerms.patience(with: content(seconds: 600), own: terms) == .seconds(720))
        #expect(LeaseTerms.patience(with: content(seconds: 1e18), own: terms) == .seconds(4320))
        #expect(LeaseTerms.patience(with: content(seconds: -1), own: terms) == .seconds(6))
        #expect(LeaseTerms.patience(with: nil, own: terms) == .seconds(72))
    }

    @Test func aHolderGivesUpBeforeAnybodyMayTakeItOver() {
        var hold = LeaseHold(terms, writtenAt: start)
        #expect(hold.end == start.advanced(by: .seconds(60)))
        // A renewal counts from its beginning: a contender may have seen it since then.
        hold.renewed(begunAt: start.advanced(by: .seconds(20)))
        #expect(hold.end == start.advanced(by: .seconds(80)))
        #expect(hold.nextRenewal(after: start.advanced(by: .seconds(20))) == start.advanced(by: .seconds(40)))
        // One that failed is tried again soon.
        #expect(hold.nextRenewal(after: start.advanced(by: .seconds(50))) == start.advanced(by: .seconds(52)))
        #expect(LeaseTerms.patience(with: content(), own: terms) > terms.validity)
    }

    @Test(arguments: ["", "{}", "[1]", "{\"formatVersion\":2}", "{\"formatVersion\":1,\"holder\":3}"])
    func whatCannotBeReadIsNoContent(_ text: String) {
        #expect(LeaseContent.decode(Array(text.utf8)) == nil)
    }

    @Test func aContentIsReadAsItWasWritten() throws {
        #expect(LeaseContent.decode(try content().encoded()) == content())
    }
}
