/// When it is worth to wait for an answer on the thread for a moment in place of suspending the task.
///
/// A server on the same machine or beside it answers within tens of microseconds, which is less than it takes the
/// poller's thread to notice and to wake the task. A server far away never does: each wait in vain doubles the number of
/// reads that do without, so that it costs next to nothing there.
package struct BriefWaits: Sendable {
    static let microseconds = 100
    static let limit = Duration.microseconds(microseconds)
    private static let mostFailures = 12

    private var failures = 0
    private var skips = 0

    package init() {}

    /// Whether to wait now.
    package mutating func begin() -> Bool {
        guard skips > 0 else { return true }
        skips -= 1
        return false
    }

    /// The wait is over.
    package mutating func end(isReady: Bool) {
        guard !isReady else {
            failures = 0
            return
        }
        failures = min(failures + 1, Self.mostFailures)
        skips = 1 << failures
    }
}
