import GroundworkCore
import GroundworkTesting
import Testing

@Suite struct BackoffTests {
    @Test func theCeilingDoublesUpToTheMaximum() {
        let backoff = Backoff(base: .milliseconds(100), maximum: .seconds(1))
        let ceilings = (0..<6).map { backoff.ceiling(retry: $0) }
        #expect(ceilings == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
        #expect(backoff.ceiling(retry: -5) == .milliseconds(100))
        #expect(backoff.ceiling(retry: .max) == .seconds(1))
    }

    @Test func delaysSpreadOverTheWholeRange() {
        let backoff = Backoff(base: .seconds(1), maximum: .seconds(60))
        let random = ManualRandom(seed: 1)
        let delays = (0..<2000).map { _ in backoff.delay(retry: 2, random: random).seconds }
        #expect(delays.allSatisfy { (0..<4).contains($0) })
        for quarter in 0..<4 {
            let count = delays.filter { Int($0) == quarter }.count
            #expect((400...600).contains(count), "quarter \(quarter): \(count)")
        }
        #expect(backoff.delay(retry: 0, random: ManualRandom(words: [0])) == .zero)
        #expect(backoff.delay(retry: 0, random: ManualRandom(words: [.max])).seconds < 1)
    }
}

@Suite struct TokenBucketTests {
    @Test func takesWhatIsThereAndNoMore() {
        let bucket = TokenBucket(capacity: 10)
        #expect(bucket.take(5))
        #expect(bucket.take(5))
        #expect(!bucket.take(0.1))
        bucket.give(3)
        #expect(bucket.available == 3)
        #expect(!bucket.take(5))
        bucket.give(1000)
        #expect(bucket.available == 10)
        #expect(!TokenBucket(capacity: -1).take(1))
    }
}

@Suite struct RetryStateTests {
    private let start = ContinuousClock.now
    private let zero = ManualRandom(words: [0])
    private let high = ManualRandom(words: [.max])

    @Test func permanentFailuresEndAtOnce() {
        var state = RetryState(policy: RetryPolicy(), startedAt: start)
        #expect(state.failed(.permanent, now: start, budget: nil, random: zero) == .stop(.permanent))
    }

    @Test func attemptsAreCounted() {
        var policy = RetryPolicy()
        policy.maximumAttempts = 3
        var state = RetryState(policy: policy, startedAt: start)
        for _ in 0..<2 {
            #expect(state.failed(.transient(), now: start, budget: nil, random: zero) == .retry(after: .zero))
        }
        #expect(state.failed(.transient(), now: start, budget: nil, random: zero) == .stop(.attemptsUsedUp))
        #expect(state.attempts == 3)
        var never = RetryState(policy: .never, startedAt: start)
        #expect(never.failed(.transient(), now: start, budget: nil, random: zero) == .stop(.attemptsUsedUp))
    }

    @Test func theServersDelayIsALowerBound() {
        var state = RetryState(policy: RetryPolicy(), startedAt: start)
        let asked = state.failed(.transient(after: .seconds(30)), now: start, budget: nil, random: high)
        #expect(asked == .retry(after: .seconds(30)))
        let tooLong = state.failed(.transient(after: .seconds(61)), now: start, budget: nil, random: zero)
        #expect(tooLong == .stop(.serverDelayTooLong))
    }

    @Test func aWaitBeyondTheDeadlineIsNotBegun() {
        var policy = RetryPolicy()
        policy.totalTimeout = .seconds(10)
        var state = RetryState(policy: policy, startedAt: start)
        let late = start.advanced(by: .seconds(6))
        let within = state.failed(.transient(after: .seconds(3)), now: late, budget: nil, random: zero)
        #expect(within == .retry(after: .seconds(3)))
        let beyond = state.failed(.transient(after: .seconds(4)), now: late, budget: nil, random: zero)
        #expect(beyond == .stop(.deadline))
    }

    @Test func theBudgetIsSharedAndGivenBack() {
        let budget = TokenBucket(capacity: 12)
        var first = RetryState(policy: RetryPolicy(), startedAt: start)
        var second = RetryState(policy: RetryPolicy(), startedAt: start)
        #expect(first.failed(.transient(), now: start, budget: budget, random: zero) == .retry(after: .zero))
        #expect(second.failed(.transient(cost: 6), now: start, budget: budget, random: zero) == .retry(after: .zero))
        #expect(first.failed(.transient(), now: start, budget: budget, random: zero) == .stop(.budgetUsedUp))
        second.succeeded(budget: budget)
        #expect(budget.available == 7)
        RetryState(policy: RetryPolicy(), startedAt: start).succeeded(budget: budget)
        #expect(budget.available == 8)
    }
}

@Suite struct ManualRandomTests {
    @Test func wordsComeInOrderAndAgain() {
        let random = ManualRandom(words: [1, 2])
        #expect((0..<5).map { _ in random.next() } == [1, 2, 1, 2, 1])
        #expect(ManualRandom(words: []).next() == 0)
    }

    @Test func aSeedGivesTheKnownSequence() {
        // The reference output of SplitMix64 for the seed 1234567.
        let random = ManualRandom(seed: 1_234_567)
        #expect((0..<3).map { _ in random.next() } == [6457827717110365317, 3203168211198807973, 9817491932198370423])
    }

    @Test func bytesAndUnitIntervalsFollowTheWords() {
        #expect(ManualRandom(words: [0x0807_0605_0403_0201]).bytes(10) == [1, 2, 3, 4, 5, 6, 7, 8, 1, 2])
        #expect(ManualRandom().bytes(-1) == [])
        #expect(ManualRandom(words: [.max]).unitInterval() < 1)
        #expect(ManualRandom(words: [1 << 63]).unitInterval() == 0.5)
    }

    @Test func theSystemDoesNotRepeatItself() {
        #expect(Set((0..<100).map { _ in SystemRandom().next() }).count == 100)
    }
}
