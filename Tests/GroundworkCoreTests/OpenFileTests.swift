import Glibc
import GroundworkCore
import GroundworkTesting
import Testing

@Suite struct OpenFileTests {
    @Test func writesAndReadsAtOffsets() async throws {
        try await withTemporaryDirectory { directory in
            let file = try OpenFile("\(directory)/a", flags: OpenFile.writeCreate)
            try file.write([4, 5, 6], at: 3)
            try file.write([1, 2, 3], at: 0)
            try file.synchronize()
            #expect(try file.length() == 6)
            #expect(try file.read(100, at: 1) == [2, 3, 4, 5, 6])
            #expect(try file.read(2, at: 2) == [3, 4])
            #expect(try file.read(2, at: 6) == [])
            #expect(try file.read(0, at: 0) == [])
            #expect(try file.read(-1, at: 0) == [])
            var status = stat()
            #expect(stat("\(directory)/a", &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
        }
    }

    @Test func errorsNameTheCallTheFileAndTheReason() {
        let error = #expect(throws: SystemCallError.self) { try OpenFile("/absent/file") }
        #expect(error?.number == ENOENT)
        #expect(error?.description == "open of /absent/file failed: No such file or directory (errno 2)")
        let zero = #expect(throws: SystemCallError.self) { try OpenFile("/tmp\0/x") }
        #expect(zero?.number == EINVAL)
        let directory = #expect(throws: SystemCallError.self) { try OpenFile("/tmp").read(1, at: 0) }
        #expect(directory?.number == EISDIR)
    }

    @Test func theDescriptorClosesWithTheValueAndIsNotInherited() throws {
        var descriptor: Int32 = -1
        do {
            let file = try OpenFile("/dev/null")
            descriptor = file.descriptor
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
        }
        // Another test may have got the same number meanwhile, but not for the same file.
        var status = stat()
        var null = stat()
        stat("/dev/null", &null)
        #expect(fstat(descriptor, &status) != 0 || status.st_ino != null.st_ino || status.st_dev != null.st_dev)
    }
}

@Suite struct LockedTests {
    private struct Failure: Error {}

    @Test func noIncrementIsLost() async {
        let counter = Locked(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<10_000 { counter.withLock { $0 += 1 } } }
            }
        }
        #expect(counter.withLock { $0 } == 80_000)
    }

    @Test func anErrorFreesTheLock() {
        let value = Locked(1)
        #expect(throws: Failure.self) {
            try value.withLock { (value: inout Int) throws(Failure) in
                value = 2
                throw Failure()
            }
        }
        #expect(value.withLock { $0 } == 2)
    }
}

@Suite struct BlockingThreadsTests {
    private struct Failure: Error {}

    @Test func resultsAndErrorsComeBack() async throws {
        let threads = BlockingThreads(maximum: 2)
        #expect(try await threads.run { 7 } == 7)
        await #expect(throws: Failure.self) { try await threads.run { throw Failure() } }
    }

    @Test func workRunsAtOnceUpToTheLimit() async throws {
        let threads = BlockingThreads(maximum: 3)
        let counts = Locked((now: 0, most: 0, done: 0))
        // Three jobs wait for each other: they end only if all three run at once.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    try await threads.run {
                        counts.withLock {
                            $0.now += 1
                            $0.most = max($0.most, $0.now)
                        }
                        while counts.withLock({ $0.most < 3 }) { sched_yield() }
                        counts.withLock {
                            $0.now -= 1
                            $0.done += 1
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(counts.withLock { $0.most } == 3)
        #expect(counts.withLock { $0.done } == 30)
    }
}
