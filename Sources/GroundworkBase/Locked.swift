#if TSAN
import Glibc
#else
public import Synchronization
#endif

/// Mutable state behind a lock.
///
/// `Synchronization.Mutex`, or a pthread mutex when built with `-DTSAN`: the thread sanitizer does not see `Mutex` on
/// Linux and would report false races.
@safe @usableFromInline package final class Locked<State>: @unchecked Sendable {
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
    // Inlinable: every use is specialised where it stands, instead of looking up generic metadata for each call. That
    // takes `@usableFromInline` on the class as well: without it nothing of a package's class is inlined.
    // Unchecked, both: the state is touched only under the lock, and a result goes to the one caller that asked.
    @usableFromInline struct Box: @unchecked Sendable {
        @usableFromInline var state: State

        @inlinable init(state: State) { self.state = state }
    }

    @usableFromInline struct Outcome<Result>: @unchecked Sendable {
        @usableFromInline let result: Result

        @inlinable init(result: Result) { self.result = result }
    }

    @usableFromInline let mutex: Mutex<Box>

    @inlinable package init(_ state: State) {
        mutex = Mutex(Box(state: state))
    }

    @inlinable package func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try mutex.withLock { box throws(Failure) -> Outcome<Result> in
            Outcome(result: try body(&box.state))
        }.result
    }
    #endif
}
