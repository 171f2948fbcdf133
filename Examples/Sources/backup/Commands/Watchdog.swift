import Dispatch
import Glibc
import Terminal

/// Ends the process at a hard deadline: a platform starts no new run while an old one hangs.
enum Watchdog {
    static func start(after duration: Duration) {
        let seconds = duration / .seconds(1)
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds) {
            Console.note("backup: the process did not end in time and is ended now.")
            _exit(1)
        }
    }
}
