import AppleSignIn
import AppleSignInTesting
import GroundworkCore
import GroundworkTesting
import Testing

/// The rules of the store, without clock and network.
@Suite struct KeyCacheTests {
    private let start = ContinuousClock.now

    private func makeCache(_ change: (inout AppleKeyStore.Configuration) -> Void = { _ in }) throws -> (
        KeyCache, JWKSet
    ) {
        var configuration = AppleKeyStore.Configuration()
        change(&configuration)
        let set = try JWKSet(parsing: try FakeAppleIssuer(issuer: "x").keySet)
        return (KeyCache(configuration: configuration), set)
    }

    private func name(_ answer: KeyCache.Answer) -> String {
        switch answer {
        case .use(_, let refresh): refresh ? "use and refresh" : "use"
        case .fetch: "fetch"
        case .unknown: "unknown"
        case .unavailable: "unavailable"
        }
    }

    @Test func aFetchThatFailsStartsTheCoolDownToo() throws {
        let (made, set) = try makeCache()
        var cache = made
        cache.began()
        cache.succeeded(set, now: start)
        let known = set.keyIDs[0]
        let late = start.advanced(by: .seconds(31))
        #expect(name(cache.answer(for: "flood", now: late)) == "fetch")
        cache.began()
        #expect(name(cache.answer(for: known, now: late)) == "use")
        cache.failed(now: late, random: ManualRandom())
        // Whether Apple publishes it by now is not known: no final answer, and no second fetch within the cool-down.
        for seconds in [0, 1, 2, 10, 29] {
            let now = late.advanced(by: .seconds(seconds))
            #expect(name(cache.answer(for: "flood\(seconds)", now: now)) == "unavailable")
            #expect(name(cache.answer(for: known, now: now)) == "use")
        }
        #expect(name(cache.answer(for: "flood", now: late.advanced(by: .seconds(30)))) == "fetch")
    }

    @Test func knownKeysAreRefreshedWhenOldAndUsedMeanwhile() throws {
        let (made, set) = try makeCache()
        var cache = made
        let known = set.keyIDs[0]
        cache.began()
        cache.succeeded(set, now: start)
        #expect(name(cache.answer(for: known, now: start.advanced(by: .seconds(3599)))) == "use")
        let old = start.advanced(by: .seconds(3600))
        #expect(name(cache.answer(for: known, now: old)) == "use and refresh")
        cache.began()
        #expect(name(cache.answer(for: known, now: old)) == "use")
        cache.failed(now: old, random: ManualRandom())
        #expect(name(cache.answer(for: known, now: old)) == "use")
        #expect(name(cache.answer(for: known, now: old.advanced(by: .seconds(1)))) == "use and refresh")
        #expect(name(cache.answer(for: known, now: start.advanced(by: .seconds(86_399)))) == "use and refresh")
        #expect(name(cache.answer(for: known, now: start.advanced(by: .seconds(86_400)))) == "fetch")
    }

    @Test func waitsBetweenFailuresDoubleUpToTheBound() throws {
        var cache = try makeCache { $0.missCoolDown = .zero }.0
        var now = start
        var waits: [Duration] = []
        for _ in 0..<12 {
            guard case .fetch = cache.answer(for: "any", now: now) else { throw TestFailure() }
            cache.began()
            cache.failed(now: now, random: ManualRandom(words: [.max]))
            guard case .unavailable(let wait) = cache.answer(for: "any", now: now) else { throw TestFailure() }
            waits.append(wait)
            now = now.advanced(by: wait)
        }
        #expect(waits == waits.sorted())
        #expect(waits[0] <= .seconds(1))
        #expect(waits.allSatisfy { $0 > .zero && $0 <= .seconds(60) })
        #expect(waits[11] > .seconds(59))
    }

    @Test func aSeedServesUpToItsAge() throws {
        for (age, answer) in [
            (0, "use"), (3599, "use"), (3600, "use and refresh"), (86_399, "use and refresh"), (86_400, "fetch"),
            (-1, "fetch"),
        ] {
            let (made, set) = try makeCache()
            var cache = made
            cache.seed(set, age: .seconds(age), now: start)
            #expect(name(cache.answer(for: set.keyIDs[0], now: start)) == answer, "\(age)")
        }
    }

    @Test func withdrawnKeysAreGone() throws {
        let (made, set) = try makeCache()
        var cache = made
        let issuer = try FakeAppleIssuer(issuer: "x")
        cache.began()
        cache.succeeded(set, now: start)
        try issuer.rotateKeys(withdrawsOld: true)
        cache.began()
        cache.succeeded(try JWKSet(parsing: issuer.keySet), now: start)
        #expect(name(cache.answer(for: set.keyIDs[0], now: start)) == "unknown")
    }
}
