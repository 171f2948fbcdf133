import GroundworkStorage

/// How a run that nobody watches ended, and the exit status that says so.
///
/// | status | exit code | meaning |
/// |---|---|---|
/// | ``ok`` | 0 | stored, verified as far as was asked, everybody told |
/// | ``failed`` | 1 | no backup |
/// | ``configuration`` | 2 | no backup: something must be set otherwise first |
/// | ``busy`` | 3 | nothing was done: another run is at work; people are told where the database has no fresh backup |
/// | ``unverified`` | 4 | a backup is stored, and its verification failed |
/// | ``incomplete`` | 5 | a verified backup is stored; somebody was not told, or what ``RunOutcome/warnings`` says |
///
/// Such warnings are that old backups could not be pruned, the history or the status page not written, that nothing kept
/// a second run away, that a backup was decoded because its drill could not be made, or that a restore would take longer
/// than ``DrillOptions/restoreTarget``.
public struct RunStatus: Sendable, Hashable, CustomStringConvertible {
    /// The status as a word.
    public let description: String
    /// The exit status of a process that has made one run.
    public let exitCode: Int32

    /// Everything was done.
    public static let ok = RunStatus(description: "ok", exitCode: 0)
    /// There is no backup.
    public static let failed = RunStatus(description: "failed", exitCode: 1)
    /// There is no backup, and trying again will not help.
    public static let configuration = RunStatus(description: "configuration", exitCode: 2)
    /// Another run is at work.
    public static let busy = RunStatus(description: "busy", exitCode: 3)
    /// A backup is stored and not verified.
    public static let unverified = RunStatus(description: "unverified", exitCode: 4)
    /// A verified backup is stored; something beside it was not done.
    public static let incomplete = RunStatus(description: "incomplete", exitCode: 5)

    /// The status of a run that stored no backup.
    init(of error: PGBackupError) {
        switch error.code {
        case .busy: self = .busy
        case .invalidConfiguration: self = .configuration
        case .storeFailed where error.underlyingError.map(Self.isConfiguration) ?? false: self = .configuration
        default: self = .failed
        }
    }

    private init(description: String, exitCode: Int32) {
        self.description = description
        self.exitCode = exitCode
    }

    private static func isConfiguration(_ error: any Error) -> Bool {
        (error as? ObjectStoreError).map { [.misconfigured, .storeNotFound].contains($0.code) } ?? false
    }
}
