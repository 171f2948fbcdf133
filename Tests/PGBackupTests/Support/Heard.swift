import GroundworkCore
import PGBackup

/// Remembers what it was told.
final class Heard: BackupNotifier {
    let name = "heard"
    private let kept = Locked<[BackupEvent]>([])
    var events: [BackupEvent] { kept.withLock { $0 } }
    func wants(_ kind: BackupEvent.Kind) -> Bool { true }
    func notify(_ event: BackupEvent) async throws { kept.withLock { $0.append(event) } }
}
