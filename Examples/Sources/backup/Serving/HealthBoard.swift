import FoundationEssentials
import PGBackup

/// The present health of every database, asked from the store at most once a minute.
actor HealthBoard {
    private static let freshness = Duration.seconds(60)

    private let settings: Settings
    private let processStart = Date()
    private var databases: [PostgresBackup] = []
    private var problem = "The databases were not asked for yet."
    private var notices: [String: [String]] = [:]
    /// When this could not be shown, and why, in a full sentence.
    private(set) var outage: (sentence: String, isOver: Bool)?
    private var running: [String: BackupHealth.Running] = [:]
    private var known: (at: ContinuousClock.Instant, answer: Answer)?
    private var asking: Task<Answer, Never>?

    /// What the store made of it: one for each database, or why there is none.
    enum Answer: Sendable {
        case health([BackupHealth])
        /// In a full sentence.
        case unknown(String)
    }

    init(_ settings: Settings) { self.settings = settings }

    /// The databases that were found; the next question asks the store again.
    func found(_ databases: [PostgresBackup]) {
        self.databases = databases
        forget()
    }

    /// There are no databases to look at, in a full sentence.
    func lacks(_ problem: String) {
        self.problem = problem
        forget()
    }

    /// A run of all of these has begun, one after the other; it ends for each when it has ``changed``.
    func began(_ databases: [PostgresBackup], limit: Duration) {
        let now = Date()
        let run = BackupHealth.Running(startedAt: now, deadline: now.addingTimeInterval(limit / .seconds(1)))
        running = Dictionary(databases.map { ($0.configuration.prefix, run) }) { $1 }
        forget()
    }

    /// A run of a database has ended, or something is to be seen: the next question asks the store again.
    func changed(_ backups: PostgresBackup, notices: [String]) {
        self.notices[backups.configuration.prefix] = notices
        running[backups.configuration.prefix] = nil
        forget()
    }

    /// Something more is to be seen.
    /// - Returns: all that there is.
    func notes(_ notices: [String], of backups: PostgresBackup) -> [String] {
        let all = (self.notices[backups.configuration.prefix] ?? []) + notices
        self.notices[backups.configuration.prefix] = all
        forget()
        return all
    }

    /// The status cannot be served, or could not be for a while.
    func serves(_ sentence: String, isOver: Bool) {
        outage = (sentence, isOver)
        forget()
    }

    /// A run has told of what is over.
    func hasTold() {
        if outage?.isOver == true { outage = nil }
    }

    private func forget() {
        known = nil
        asking = nil
    }

    func current() async -> Answer {
        if let known, known.at.duration(to: .now) < Self.freshness { return known.answer }
        // Those who ask at the same time wait for one answer.
        let task = asking ?? ask()
        asking = task
        let answer = await task.value
        if asking == task {
            known = (.now, answer)
            asking = nil
        }
        return answer
    }

    private func ask() -> Task<Answer, Never> {
        let questions = databases.map { backups in
            var options = settings.servedHealth
            options.processStart = processStart
            options.notices = (notices[backups.configuration.prefix] ?? []) + (outage.map { [$0.sentence] } ?? [])
            options.running = running[backups.configuration.prefix]
            return (backups.briefly, options)
        }
        let (schedule, problem) = (settings.schedule, problem)
        return Task {
            var all: [BackupHealth] = []
            do {
                for (backups, options) in questions {
                    var health = try await backups.health(schedule: schedule, options: options)
                    health.database = health.database ?? backups.configuration.database.database
                    all.append(health)
                }
                return all.isEmpty ? .unknown(problem) : .health(all)
            } catch {
                log("The status cannot be told: \(error)")
                return .unknown("The backups cannot be looked at; the log says why.")
            }
        }
    }
}

extension PostgresBackup {
    /// The same backups, whose questions to the store end after half a minute.
    var briefly: PostgresBackup {
        var configuration = configuration
        configuration.timeout = .seconds(30)
        return PostgresBackup(configuration, store: store)
    }
}
