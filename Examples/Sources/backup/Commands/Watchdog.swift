import Dispatch
import Glibc
import Terminal

/// Ends the process of one run at a hard deadline: a platform starts no new run while an old one hangs. The daemon leaves
/// such a run behind instead and goes on.
enum Watchdog {
    /// What comes after a run's deadline: what was begun is removed (a minute), the run is told of (two and a half, see
    /// `UnattendedOptions.deadline`), and so are those that it left no time for (half a minute to look for missed runs, and
    /// two more).
    static let afterwards = Duration.seconds(360)

    static func start(after duration: Duration) {
        let seconds = duration / .seconds(1)
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds) {
            Console.note("backup: the process did not end in time and is ended now.")
            _exit(1)
        }
    }
}
