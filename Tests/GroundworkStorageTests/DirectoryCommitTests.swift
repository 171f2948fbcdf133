import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkTesting
import Testing

@testable import GroundworkStorage

/// How changes of a directory by several programs wait for each other.
@Suite struct DirectoryCommitTests {
    /// Holds the lock of a store, as another program would, until the result goes.
    private func holdLock(of path: String) throws -> OpenFile {
        let lock = try OpenFile("\(path)/.groundwork/lock", flags: O_RDWR)
        try #require(flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0)
        return lock
    }

    @Test func aLockThatOthersHoldTooLongIsNamed() async throws {
        try await withTemporaryDirectory { path in
            let time = InstantTime()
            let store = try DirectoryObjectStore(path: path, time: time)
            try await store.put("a", .text("x"))
            let lock = try holdLock(of: path)
            for call in [{ try await store.put("a", .text("y")) }, { try await store.delete("a") }]
                as [() async throws -> Void]
            {
                let begin = time.monotonic
                do {
                    try await call()
                    Issue.record("the lock was passed by")
                } catch let error as ObjectStoreError {
                    #expect(error.code == .timedOut)
                    #expect(error.message.contains("\(path)/.groundwork/lock"))
                    #expect(error.message.contains("30.0 s"))
                }
                #expect(begin.duration(to: time.monotonic) == .seconds(30))
            }
            #expect(time.sleeps.allSatisfy { $0 <= .milliseconds(50) })
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/.groundwork/uploads") == [])
            withExtendedLifetime(lock) {}
        }
    }

    @Test func aPutWaitsForTheLock() async throws {
        try await withTemporaryDirectory { path in
            let time = ManualTime()
            let store = try DirectoryObjectStore(path: path, time: time)
            try await store.put("a", .text("x"))
            var lock: OpenFile? = try holdLock(of: path)
            let put = Task { try await store.put("a", .text("y")) }
            await time.waitForSleepers(1)
            #expect(try await store.read("a") == Array("x".utf8))
            withExtendedLifetime(lock) {}
            lock = nil
            await time.advance(by: .seconds(1))
            _ = try await put.value
            #expect(try await store.read("a") == Array("y".utf8))
        }
    }

    @Test func aWaitForTheLockCanBeCancelled() async throws {
        try await withTemporaryDirectory { path in
            let time = ManualTime()
            let store = try DirectoryObjectStore(path: path, time: time)
            try await store.put("a", .text("x"))
            let lock = try holdLock(of: path)
            let put = Task { try await store.put("a", .text("y")) }
            await time.waitForSleepers(1)
            put.cancel()
            await #expect(throws: CancellationError.self) { try await put.value }
            withExtendedLifetime(lock) {}
            #expect(try await store.read("a") == Array("x".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/.groundwork/uploads") == [])
        }
    }
}
