import GroundworkCore

/// Someone who is told of events: a webhook, a mail, a pager.
///
/// One job: deliver one event or throw. A notifier is called with a time limit and cancelled when it passes; it need not
/// know about others, and what it throws never changes the outcome of a backup: it is reported.
///
///     struct Printer: BackupNotifier {
///         let name = "terminal"
///         func notify(_ event: BackupEvent) async throws { print(event.message) }
///     }
public protocol BackupNotifier: Sendable {
    /// A name for messages, such as `webhook hooks.example.com`. It holds no secret.
    var name: String { get }

    /// Whether events of a kind are wanted. By default all but ``BackupEvent/Kind/succeeded``, which comes every night.
    func wants(_ kind: BackupEvent.Kind) -> Bool

    /// Delivers an event.
    /// - Throws: an error whose description holds no secret: it is logged and shown.
    func notify(_ event: BackupEvent) async throws
}

extension BackupNotifier {
    /// All but the nightly success.
    public func wants(_ kind: BackupEvent.Kind) -> Bool { kind != .succeeded }
}

/// A notification that was not delivered.
public struct NotificationFailure: Sendable, Hashable, CustomStringConvertible {
    /// The notifier's name.
    public var notifier: String
    /// The kind of the event.
    public var kind: BackupEvent.Kind
    /// Why.
    public var reason: String

    /// A full sentence.
    public var description: String { "The notifier \(notifier) did not deliver the event \(kind): \(reason)" }
}

/// Tells all notifiers, each within a time limit, and never throws.
public struct BackupNotifications: Sendable {
    /// Who is told.
    public var notifiers: [any BackupNotifier]
    /// How long each notifier may take for an event.
    public var timeout: Duration = .seconds(30)
    /// The clock.
    public var time: any TimeSource = SystemTime()

    /// Tells these.
    public init(_ notifiers: [any BackupNotifier]) { self.notifiers = notifiers }

    /// Delivers events in order to each notifier that wants them; notifiers do not wait for each other. It returns after
    /// the time limit even if a notifier hangs and does not heed cancellation.
    /// - Returns: what was not delivered.
    public func deliver(_ events: [BackupEvent]) async -> [NotificationFailure] {
        await withTaskGroup(of: [NotificationFailure].self) { group in
            for notifier in notifiers {
                group.addTask {
                    var failures: [NotificationFailure] = []
                    for event in events where notifier.wants(event.kind) {
                        guard let reason = await deliver(event, to: notifier) else { continue }
                        failures.append(.init(notifier: notifier.name, kind: event.kind, reason: reason))
                    }
                    return failures
                }
            }
            var failures: [NotificationFailure] = []
            for await part in group { failures += part }
            return failures.sorted { ($0.notifier, $0.kind.rawValue) < ($1.notifier, $1.kind.rawValue) }
        }
    }

    /// - Returns: why it was not delivered; nil when it was.
    private func deliver(_ event: BackupEvent, to notifier: any BackupNotifier) async -> String? {
        let outcome = Promise<String?>()
        let (time, timeout) = (time, timeout)
        // Not a child task: one that does not heed cancellation is left behind, not waited for.
        let work = Task {
            do {
                try await notifier.notify(event)
                outcome.fulfil(nil)
            } catch {
                outcome.fulfil("\(error)")
            }
        }
        let watch = Task {
            do {
                try await time.sleep(for: timeout)
                outcome.fulfil("it did not end within \(timeout.seconds) seconds.")
            } catch {
                // It ended in time.
            }
        }
        let reason = await withTaskCancellationHandler {
            await outcome.value
        } onCancel: {
            outcome.fulfil("the process is ending.")
        }
        work.cancel()
        watch.cancel()
        return reason
    }
}
