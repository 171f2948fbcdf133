import GroundworkCore

/// A session-level advisory lock of PostgreSQL (documentation, section 13.3.5), held by one psql for as long as a run
/// takes.
///
/// It releases itself: when psql ends, however that comes about, the server ends the session and the lock is free. A
/// server that does not notice that we are gone (a network that was cut) asks within two minutes; a session that the
/// server has ended is noticed within 50 seconds.
struct AdvisoryLock: Sendable {
    /// What became of the attempt to take it.
    enum Outcome: Sendable, Hashable {
        case held
        /// Another session has it.
        case busy
        /// A connection pooler gives each statement another session: a lock would stay with a session that is not ours.
        case pooled
        /// The server did not say; why.
        case unavailable(String)
    }

    private static let answerTime = Duration.seconds(30)
    /// A pooler that others use may change the session between a few statements; a quiet one does not.
    private static let sessionQuestions = 4
    private static let sessionQuestion = "SELECT 'session ' || pg_catalog.pg_backend_pid();\n"
    /// psql, while it waits for input, does not look at its connection: only a question finds out that it is gone.
    private static let pulse = Duration.seconds(20)
    /// How often a shared key that is not free is asked for.
    private static let sharedPulse = Duration.seconds(1)

    let command: ToolCommand
    let key: Int64
    /// The key that is taken beside it in the same session, and how long that may take.
    let shared: (key: SharedLockKey, wait: Duration)?
    let time: any TimeSource

    /// - Parameter scope: what tells this lock from others in the same database: the folder of the backups.
    init(
        _ session: ServerSession,
        scope: String,
        shared: (key: SharedLockKey, wait: Duration)? = nil,
        time: any TimeSource
    ) {
        var command = ToolCommand(
            session.toolchain.chosen.psql,
            [
                "-XqAt", "--no-password", "--variable=ON_ERROR_STOP=1", "--file=-",
                "--dbname=\(session.connection.connectionString)",
            ],
            environment: session.connection.environment
        )
        command.input = .pipe
        command.output = .pipe
        self.command = command
        self.time = time
        self.shared = shared
        key = Self.key(of: scope)
    }

    /// FNV-1a: the same in every process.
    static func key(of scope: String) -> Int64 {
        let text = "groundwork-pgbackup:\(scope)"
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Int64(bitPattern: hash)
    }

    /// Settings that end the session soon when we are gone, and not before; those that a version lacks are left out.
    private var question: String {
        let settings = [
            ("idle_session_timeout", "0"), ("idle_in_transaction_session_timeout", "0"), ("statement_timeout", "10s"),
            ("tcp_keepalives_idle", "60"), ("tcp_keepalives_interval", "15"), ("tcp_keepalives_count", "4"),
        ]
        let names = settings.map { "(\(SQL.literal($0.0)), \(SQL.literal($0.1)))" }.joined(separator: ", ")
        return "SELECT count(set_config(n, v, false)) FROM (VALUES \(names)) s(n, v) "
            + "WHERE current_setting(n, true) IS NOT NULL;\n"
            + "SELECT pg_catalog.pg_try_advisory_lock(\(key));\n"
    }

    /// Tries to take the lock and calls `body` with the outcome. While the lock is held, a psql that ends before `body`
    /// does cancels it.
    /// - Throws: ``PGBackupError`` with ``PGBackupError/Code/lockTimeout`` where the shared key was not to be had in time.
    func with<Result: Sendable>(_ body: @escaping @Sendable (Outcome) async throws -> Result) async throws -> Result {
        try await withToolProcess(command) { process in
            let outcome = try await take(process)
            guard outcome == .held else { return try await body(outcome) }
            if let shared { try await takeShared(shared.key, within: shared.wait, process) }
            return try await watched {
                try await watch(process)
            } lost: {
                PGBackupError(
                    .lockLost,
                    "The session that held the lock against a second run ended: the server was restarted, or the "
                        + "session was ended by somebody. The run was stopped; the next one begins anew.",
                    toolOutput: process.errorText,
                    isRetryable: true
                )
            } work: {
                try await body(.held)
            }
        }
    }

    /// Waits for the shared key. It is asked for again and again, and not waited for in the server: psql would end with a
    /// statement that took too long, and with it the lock that is held.
    private func takeShared(_ key: SharedLockKey, within wait: Duration, _ process: ToolProcess) async throws {
        let end = time.monotonic.advanced(by: wait)
        while true {
            let answer: [String]?
            do {
                answer = try await withDeadline(time.monotonic.advanced(by: Self.answerTime), time: time) {
                    let question = "SELECT pg_catalog.pg_try_advisory_lock(\(key.expression));\n"
                    return try await ask(process, question, answers: 1) { $0 == "t" || $0 == "f" }
                }
            } catch is DeadlineExceeded {
                answer = nil
            } catch is SystemCallError {
                answer = nil
            }
            if answer == ["t"] { return }
            guard answer == ["f"] else {
                throw PGBackupError(
                    .lockLost,
                    "The session that was to take the shared lock \(key) ended, or gave no answer. Nothing was dumped.",
                    toolOutput: process.errorText,
                    isRetryable: true
                )
            }
            let left = time.monotonic.duration(to: end)
            guard left > .zero else {
                throw PGBackupError(
                    .lockTimeout,
                    "The shared lock \(key) was not free within \(DurationText.of(wait.seconds)): a job that takes the same key "
                        + "is still at work, or did not release it. Nothing was dumped. Let the job end before the backup is "
                        + "due, or back up at another time; pg_locks shows who holds it (locktype advisory)."
                )
            }
            try await time.sleep(for: min(left, Self.sharedPulse))
        }
    }

    /// Asks for a sign of life now and then; returns when none comes.
    private func watch(_ process: ToolProcess) async throws {
        while true {
            try await time.sleep(for: Self.pulse)
            do {
                let isAlive = try await withDeadline(time.monotonic.advanced(by: Self.answerTime), time: time) {
                    try await process.input?.write(Array("SELECT 1;\n".utf8))
                    return try await process.output?.next() != nil
                }
                guard isAlive else { return }
            } catch is DeadlineExceeded {
                return
            } catch is SystemCallError {
                return
            }
        }
    }

    /// Sends statements and reads until so many answers have come.
    /// - Returns: nil when psql ends before, or says far too much.
    private func ask(
        _ process: ToolProcess,
        _ statements: String,
        answers count: Int,
        _ isAnswer: (Substring) -> Bool
    ) async throws -> [String]? {
        try await process.input?.write(Array(statements.utf8))
        var output: [UInt8] = []
        while let chunk = try await process.output?.next() {
            output += chunk
            guard output.count < 4096 else { return nil }
            // A line counts when its end is there.
            let end = output.lastIndex(of: 0x0A) ?? output.startIndex
            let answers = String(decoding: output[..<end], as: UTF8.self).split(separator: "\n").filter(isAnswer)
            if answers.count >= count { return answers.map(String.init) }
        }
        return nil
    }

    /// The numbers of the server's processes that answer so many statements.
    private func askForSessions(
        _ process: ToolProcess,
        before statement: String = "",
        count: Int = 1
    ) async throws -> [String]? {
        let questions = String(repeating: Self.sessionQuestion, count: count)
        return try await ask(process, statement + questions, answers: count) { $0.hasPrefix("session ") }
    }

    /// Whether a second connection, made while the first one is there and idle, is given its session, or takes it away for
    /// as long as a transaction is open. That happens behind a pooler in transaction or statement mode however quiet it is,
    /// and never without one.
    /// - Parameter own: what the first connection said of its session.
    private func isShared(_ own: String, _ process: ToolProcess) async throws -> Bool {
        try await withToolProcess(command) { second in
            do {
                // A role that may not connect a second time will not be able to dump; the run says so.
                guard let idle = try await askForSessions(second) else { return false }
                if idle == [own] { return true }
                // In statement mode there are no transactions: then psql ends.
                guard let busy = try await askForSessions(second, before: "BEGIN;\n") else { return false }
                if busy != idle { return true }
                guard let again = try await askForSessions(process) else { return false }
                return again != [own]
            } catch is SystemCallError {
                return false
            }
        }
    }

    private func take(_ process: ToolProcess) async throws -> Outcome {
        do {
            return try await withDeadline(time.monotonic.advanced(by: Self.answerTime), time: time) {
                let ended = Outcome.unavailable("psql ended without an answer.")
                // Before the lock is taken: one that was taken in a pooled session could not be released.
                guard let sessions = try await askForSessions(process, count: Self.sessionQuestions) else {
                    return ended
                }
                guard let own = sessions.first, Set(sessions).count == 1, try await !isShared(own, process) else {
                    return .pooled
                }
                guard let answer = try await ask(process, question, answers: 1, { $0 == "t" || $0 == "f" }) else {
                    return ended
                }
                return answer == ["t"] ? .held : .busy
            }
        } catch is DeadlineExceeded {
            return .unavailable("the server did not answer within \(Self.answerTime.seconds) seconds.")
        } catch let error as SystemCallError {
            return .unavailable("psql cannot be asked: \(error).")
        }
    }
}
