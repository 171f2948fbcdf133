import FoundationEssentials
import PGBackup

/// The present health, asked from the store at most once a minute.
actor HealthBoard {
    private static let freshness = Duration.seconds(60)

    private let settings: Settings
    private let processStart = Date()
    private var notices: [String] = []
    private var known: (at: ContinuousClock.Instant, answer: Answer)?
    private var asking: Task<Answer, Never>?

    /// What the store made of it.
    enum Answer: Sendable {
        case health(BackupHealth)
        case unknown(String)
    }

    init(_ settings: Settings) { self.settings = settings }

    /// A run has ended, or something is to be seen: the next question asks the store again.
    func changed(notices: [String]) {
        self.notices = notices
        known = nil
        asking = nil
    }

    func current() async -> Answer {
        if let known, known.at.duration(to: .now) < Self.freshness { return known.answer }
        // Those who ask at the same time wait for one answer.
        let task: Task<Answer, Never>
        if let asking {
            task = asking
        } else {
            var options = settings.health
            options.processStart = processStart
            options.notices = notices
            let (settings, asked) = (settings, options)
            task = Task {
                do {
                    let limited = try await settings.briefly.health(schedule: settings.schedule, options: asked)
                    return .health(limited)
                } catch {
                    return .unknown("The store cannot be read: \(error)")
                }
            }
            asking = task
        }
        let answer = await task.value
        if asking == task {
            known = (.now, answer)
            asking = nil
        }
        return answer
    }
}

extension Settings {
    /// The same backups, whose questions to the store end after half a minute.
    fileprivate var briefly: PostgresBackup {
        var configuration = backups.configuration
        configuration.timeout = .seconds(30)
        return PostgresBackup(configuration, store: backups.store)
    }
}
