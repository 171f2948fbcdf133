import GroundworkCore

/// How far an operation is.
public struct BackupProgress: Sendable, Hashable {
    /// What is being done.
    public struct Phase: Sendable, Hashable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The server is asked for its version and the database's size.
        public static let connecting = Phase("connecting")
        /// Rows are dumped, compressed and stored.
        public static let dumping = Phase("dumping")
        /// The stored object is compared with what was sent.
        public static let checking = Phase("checking")
        /// A backup is read and decoded.
        public static let verifying = Phase("verifying")
        /// A backup is read and restored.
        public static let restoring = Phase("restoring")
        /// The restored database's rows are counted and its indexes checked.
        public static let comparing = Phase("comparing")
        /// The restored database's statistics are gathered.
        public static let analyzing = Phase("analyzing")

        /// The phase's name.
        public var description: String { name }
    }

    /// What is being done.
    public var phase: Phase
    /// Bytes of the uncompressed archive so far.
    public var archiveBytes: Int64 = 0
    /// Bytes of the compressed archive so far.
    public var storedBytes: Int64 = 0
    /// How many bytes of the archive are expected. While dumping this is the database's size on disk, an estimate that
    /// counts indexes too; when reading a backup it is exact.
    public var expectedArchiveBytes: Int64?
    /// The time since the operation began.
    public var elapsed: Duration = .zero
}

/// A function that is told of progress, at most ten times a second and once for each phase. It must not block.
public typealias BackupProgressHandler = @Sendable (BackupProgress) -> Void

/// Counts and reports.
final class ProgressReporter: Sendable {
    private struct State {
        var progress: BackupProgress
        var lastReport: ContinuousClock.Instant?
    }

    private let handler: BackupProgressHandler?
    private let time: any TimeSource
    private let start: ContinuousClock.Instant
    private let state: Locked<State>

    init(_ handler: BackupProgressHandler?, time: any TimeSource) {
        self.handler = handler
        self.time = time
        start = time.monotonic
        state = Locked(State(progress: BackupProgress(phase: .connecting)))
    }

    func begin(_ phase: BackupProgress.Phase, expecting bytes: Int64? = nil) {
        report(force: true) { progress in
            progress = BackupProgress(phase: phase, expectedArchiveBytes: bytes)
        }
    }

    func update(archiveBytes: Int64, storedBytes: Int64) {
        report(force: false) { progress in
            progress.archiveBytes = archiveBytes
            progress.storedBytes = storedBytes
        }
    }

    private func report(force: Bool, _ change: (inout BackupProgress) -> Void) {
        guard let handler else { return }
        let now = time.monotonic
        let progress = state.withLock { state -> BackupProgress? in
            change(&state.progress)
            state.progress.elapsed = start.duration(to: now)
            if !force, let last = state.lastReport, last.duration(to: now) < .milliseconds(100) { return nil }
            state.lastReport = now
            return state.progress
        }
        if let progress { handler(progress) }
    }
}
