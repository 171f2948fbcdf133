import Glibc

/// Threads for calls that block: disks, locks, pipes.
///
/// Swift's own pool has one thread per core; a call that waits for a disk there stops everybody. These threads are
/// made as they are needed, up to a limit, and end when they were idle for ten seconds.
@safe package final class BlockingThreads: @unchecked Sendable {
    // Unchecked: `jobs`, `idle` and `threads` are touched only while `mutex` is held; the pointers never change.
    private let maximum: Int
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var jobs: [@Sendable () -> Void] = []
    private var idle = 0
    private var threads = 0

    /// The threads that everybody uses.
    package static let shared = BlockingThreads(maximum: 16)

    package init(maximum: Int) {
        self.maximum = max(1, maximum)
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(mutex, nil)
        unsafe condition = .allocate(capacity: 1)
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe condition.deallocate()
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs `work` on one of the threads. It is not interrupted by cancellation: it must end by itself.
    package func run<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
            start { continuation.resume(with: Swift.Result(catching: work)) }
        }
    }

    /// Starts `job` on one of the threads, in the order of the calls, and does not wait for it.
    package func start(_ job: @escaping @Sendable () -> Void) {
        unsafe pthread_mutex_lock(mutex)
        jobs.append(job)
        let needsThread = jobs.count > idle && threads < maximum
        if needsThread { threads += 1 }
        unsafe pthread_cond_signal(condition)
        unsafe pthread_mutex_unlock(mutex)
        guard needsThread, !startThread() else { return }
        // No thread could be made. If there is none at all, the caller does the work itself.
        unsafe pthread_mutex_lock(mutex)
        threads -= 1
        let mine = threads == 0 ? jobs.popLast() : nil
        unsafe pthread_mutex_unlock(mutex)
        mine?()
    }

    private func startThread() -> Bool {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let this = unsafe Unmanaged.passRetained(self)
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread,
            &attributes,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<BlockingThreads>.fromOpaque(context).takeRetainedValue().work()
                return nil
            },
            this.toOpaque()
        )
        if status != 0 { unsafe this.release() }
        return status == 0
    }

    private func work() {
        while let job = nextJob() { job() }
    }

    private func nextJob() -> (@Sendable () -> Void)? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        var limit = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &limit)
        limit.tv_sec += 10
        idle += 1
        defer { idle -= 1 }
        while jobs.isEmpty {
            if unsafe pthread_cond_timedwait(condition, mutex, &limit) == ETIMEDOUT, jobs.isEmpty {
                threads -= 1
                return nil
            }
        }
        return jobs.removeFirst()
    }
}
