#if TSAN
import Glibc
#else
import Synchronization
#endif

/// Mutable state behind a lock.
///
/// `Synchronization.Mutex`, or a pthread mutex when built with `-DTSAN`: the thread sanitizer does not see `Mutex` on
/// Linux and would report false races.
@safe package final class Locked<State>: @unchecked Sendable {
    // Unchecked: `state` is touched only while the lock is held.
    #if TSAN
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var state: State

    package init(_ state: State) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(mutex, nil)
        self.state = state
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    package func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&state)
    }
    #else
    private struct Box: @unchecked Sendable { var state: State }
    private struct Outcome<Result>: @unchecked Sendable { let result: Result }
    private let mutex: Mutex<Box>

    package init(_ state: State) {
        mutex = Mutex(Box(state: state))
    }

    package func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try mutex.withLock { box throws(Failure) -> Outcome<Result> in
            Outcome(result: try body(&box.state))
        }.result
    }
    #endif
}
