import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import Testing
@testable import PGBackup

/// The lease in a store, with a clock that moves only when told to.
@Suite struct StoreLeaseTests {
    private let time = ManualTime()

    private func lease(_ store: any ObjectStore, _ holder: String) -> StoreLease {
        StoreLease(store: store, key: "p/lease.json", probeKey: "p/probe", holder: holder, time: time)
    }

    private func content(_ store: any ObjectStore) async throws -> LeaseContent? {
        LeaseContent.decode(try await store.read("p/lease.json"))
    }

    @Test func itIsHeldWhileTheWorkIsDoneAndReleasedAfterwards() async throws {
        let store = InMemoryObjectStore()
        let outcome = try await lease(store, "a").with { outcome in
            let found = try await content(store)
            #expect(found?.isReleased == false)
            return outcome
        }
        #expect(outcome == .held)
        #expect(try await content(store)?.isReleased == true)
        #expect(try await allKeys(store) == ["p/lease.json"])
        // Released: the next one need not wait.
        #expect(try await lease(store, "b").with { $0 } == .held)
    }

    @Test func workThatFailsReleasesItToo() async throws {
        let store = InMemoryObjectStore()
        _ = try await failure {
            try await lease(store, "a").with { _ in throw PGBackupError(.toolFailed, "no") }
        }
        #expect(try await content(store)?.isReleased == true)
    }

    @Test func aSecondRunIsBusyWhileTheFirstRenews() async throws {
        let store = InMemoryObjectStore()
        let (begun, mayEnd) = (Promise<Void>(), Promise<Void>())
        async let first = lease(store, "a").with { outcome in
            begun.fulfil(())
            await mayEnd.value
            return outcome
        }
        await begun.value
        let isDone = Locked(false)
        async let second = {
            defer { isDone.withLock { $0 = true } }
            return try await lease(store, "b").with { $0 }
        }()
        // The first sleeps until its renewal, the second until its next look.
        while !isDone.withLock({ $0 }) {
            if time.sleeperCount < 2 { await Task.yield() } else { await time.advance(by: .seconds(5)) }
        }
        #expect(try await second == .busy)
        mayEnd.fulfil(())
        #expect(try await first == .held)
    }

    @Test func oneWhoseHolderIsGoneIsTakenOver() async throws {
        let store = InMemoryObjectStore()
        let left = LeaseContent(
            holder: "dead",
            seconds: 60,
            renewal: 3,
            isReleased: false,
            writtenAt: "2099-01-01T00:00:00Z"
        )
        try await store.put("p/lease.json", .bytes(try left.encoded()))
        let isDone = Locked(false)
        async let taken = {
            defer { isDone.withLock { $0 = true } }
            return try await lease(store, "b").with { outcome in
                let found = try await content(store)
                #expect(found?.holder == "b")
                return outcome
            }
        }()
        // The time limit of the proof's end sleeps too, so that sleepers alone do not tell how far it is.
        while !isDone.withLock({ $0 }) {
            let isProved = try await allKeys(store) == ["p/lease.json"]
            if isProved, time.sleeperCount > 0 { await time.advance(by: .seconds(5)) } else { await Task.yield() }
        }
        #expect(try await taken == .held)
    }

    @Test func anObjectThatIsNoLeaseIsNotReplacedAtOnce() async throws {
        let store = InMemoryObjectStore()
        try await store.put("p/lease.json", .text("somebody's notes"))
        let task = Task { try await lease(store, "b").with { $0 } }
        await time.waitForSleepers(1)
        #expect(try await store.read("p/lease.json") == Array("somebody's notes".utf8))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func aRunWhoseLeaseWasTakenOverIsStopped() async throws {
        let store = InMemoryObjectStore()
        let begun = Promise<Void>()
        let task = Task {
            try await lease(store, "a").with { _ in
                begun.fulfil(())
                try await time.sleep(for: .seconds(100_000))
            }
        }
        await begun.value
        await time.waitForSleepers(2)
        let other = LeaseContent(holder: "b", seconds: 60, renewal: 0, isReleased: false, writtenAt: "")
        try await store.put("p/lease.json", .bytes(try other.encoded()))
        await time.advance(by: .seconds(21))
        let error = try await failure { try await task.value }
        #expect(error.code == .lockLost)
        #expect(try await content(store)?.holder == "b", "the other's lease was touched")
    }

    @Test func aRenewalOfOurOwnWhoseAnswerWasLostIsNobodyElses() async throws {
        // Stored; then neither the answer nor the look that follows arrives.
        let losing = Locked(0)
        let store = HookedStore { hooks in
            hooks.afterPut = { key, result in
                guard key == "p/lease.json", losing.withLock({ $0 }) > 0 else { return result }
                losing.withLock { $0 -= 1 }
                throw ObjectStoreError(.unavailable, "The answer is lost.", store: "memory:")
            }
        }
        let (begun, mayEnd) = (Promise<Void>(), Promise<Void>())
        let task = Task {
            try await lease(store, "a").with { outcome in
                begun.fulfil(())
                await mayEnd.value
                return outcome
            }
        }
        await begun.value
        await time.waitForSleepers(1)
        losing.withLock { $0 = 1 }
        await time.advance(by: .seconds(20), sleepers: 1)
        // The answer of the first renewal is lost; later ones arrive.
        try #require(try await eventually { losing.withLock { $0 } == 0 && time.sleeperCount == 1 })
        #expect(try await content(store)?.renewal == 1, "the renewal was not stored")
        await time.advance(by: .seconds(5), sleepers: 1)
        #expect(try await eventually { try await content(store)?.renewal == 2 })
        mayEnd.fulfil(())
        #expect(try await task.value == .held)
    }

    @Test func aProcessThatStoodStillTooLongStopsItsRun() async throws {
        let store = InMemoryObjectStore()
        let begun = Promise<Void>()
        let task = Task {
            try await lease(store, "a").with { _ in
                begun.fulfil(())
                try await time.sleep(for: .seconds(100_000))
            }
        }
        await begun.value
        await time.waitForSleepers(2)
        await time.jump(by: .seconds(3600))
        #expect(try await failure { try await task.value }.code == .lockLost)
    }

    @Test func aStoreThatIgnoresTheSecondConditionIsNotTrusted() async throws {
        let store = HookedStore { hooks in hooks.insteadOfPut = { key, _ in key == "p/probe" } }
        guard case .unavailable = try await lease(store, "a").with({ $0 }) else {
            Issue.record("It was trusted.")
            return
        }
    }

    @Test func workThatFailsWithTheStoreIsNotDoneTwice() async throws {
        let store = HookedStore { hooks in hooks.insteadOfPut = { key, _ in key == "p/probe" } }
        let calls = Locked(0)
        let error = await #expect(throws: ObjectStoreError.self) {
            try await lease(store, "a").with { _ in
                calls.withLock { $0 += 1 }
                throw ObjectStoreError(.notFound, "It is gone.", store: "memory:")
            }
        }
        #expect(error?.code == .notFound)
        #expect(calls.withLock { $0 } == 1)
    }

    @Test func aStoreThatFailsLeavesTheRunWithoutALease() async throws {
        let store = HookedStore { hooks in
            hooks.duringPut = { _, _ in throw ObjectStoreError(.unavailable, "It is down.", store: "memory:") }
        }
        guard case .unavailable(let why) = try await lease(store, "a").with({ $0 }) else {
            Issue.record("It was trusted.")
            return
        }
        #expect(why.contains("It is down."))
    }
}
