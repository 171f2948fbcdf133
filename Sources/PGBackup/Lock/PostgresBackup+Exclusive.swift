import GroundworkCore
import GroundworkStorage
import Logging

/// What keeps a second run away while one is at work.
public struct RunProtection: Sendable, Hashable {
    /// Whether one of the two means is in force.
    public enum State: Sendable, Hashable {
        /// It is held.
        case held
        /// It is not to be had; a full sentence says why.
        case unavailable(String)
    }

    /// The advisory lock in the database: it keeps runs of the same folder apart that ask the same server.
    public var advisoryLock: State
    /// The lease object in the store: it keeps all runs of the same folder apart.
    public var lease: State
    /// The lock that jobs of your own take too (``PostgresBackup/Configuration/sharedLock``); nil where none was asked for.
    public var sharedLock: State?

    /// What is not in force, in full sentences.
    public var warnings: [String] {
        var warnings: [String] = []
        if case .unavailable(let why) = advisoryLock {
            warnings.append("There is no advisory lock against a second run: \(why)")
        }
        if case .unavailable(let why) = lease, advisoryLock != .held {
            warnings.append("There is no lease against a second run either: \(why) Two runs may overlap.")
        }
        if case .unavailable(let why) = sharedLock {
            warnings.append("The shared lock was not taken, and jobs that wait for it may run meanwhile: \(why)")
        }
        return warnings
    }
}

extension PostgresBackup {
    /// Runs `body` while no other run of this folder is at work.
    ///
    /// Two means are used, as far as each is to be had: a session advisory lock in the database, and a lease object in
    /// the store where conditional puts are proved. Both release themselves when the process dies; a lease that was left
    /// behind is taken over after 72 seconds, during which this waits, or at once where its holder held the lock that we
    /// hold. A means that is lost on the way cancels `body`. Without ``Configuration/usesLease`` there is only the first.
    ///
    /// Where ``Configuration/sharedLock`` is set, that key is taken too, in the session of the lock: `body` begins when no
    /// job holds it.
    /// - Throws: ``PGBackupError`` with ``PGBackupError/Code/busy`` when another run is at work, with
    ///   ``PGBackupError/Code/lockLost``, with ``PGBackupError/Code/invalidConfiguration`` where a connection pooler stands
    ///   in the way (see ``Configuration/allowsPooler``), with ``PGBackupError/Code/lockTimeout`` when the shared key was not
    ///   free in time, or what `body` throws.
    public func exclusively<Result: Sendable>(
        _ body: @escaping @Sendable (RunProtection) async throws -> Result
    ) async throws -> Result {
        try await exclusively(terms: LeaseTerms(), body)
    }

    func exclusively<Result: Sendable>(
        terms: LeaseTerms,
        _ body: @escaping @Sendable (RunProtection) async throws -> Result
    ) async throws -> Result {
        try configuration.check()
        try configuration.refusePoolersAddress()
        return try await withAdvisoryLock { advisory, lock in
            let locked = RunProtection(
                advisoryLock: advisory,
                lease: .unavailable(Configuration.whyNoLease),
                sharedLock: configuration.sharedLock.map { _ in advisory }
            )
            guard configuration.usesLease else { return try await begin(locked, body) }
            let lease = StoreLease(
                store: store,
                key: keys.lease,
                probeKey: keys.leaseProbe,
                holder: Hex.encode(configuration.random.bytes(16)),
                lock: lock,
                terms: terms,
                time: configuration.time
            )
            return try await lease.with { outcome in
                var protection = locked
                switch outcome {
                case .held: protection.lease = .held
                case .busy: throw busy("The lease \(keys.lease) in \(store.location) is held by another run.")
                case .unavailable(let why): protection.lease = .unavailable(why)
                }
                return try await begin(protection, body)
            }
        }
    }

    private func begin<Result: Sendable>(
        _ protection: RunProtection,
        _ body: @Sendable (RunProtection) async throws -> Result
    ) async throws -> Result {
        for warning in protection.warnings { logger.warning("\(warning)") }
        return try await body(protection)
    }

    private func withAdvisoryLock<Result: Sendable>(
        _ body: @escaping @Sendable (RunProtection.State, _ lock: String?) async throws -> Result
    ) async throws -> Result {
        let session: ServerSession
        do {
            session = try await open(configuration.database)
        } catch let error as PGBackupError {
            // The run will say it again, with more to it.
            return try await body(.unavailable("the server cannot be asked (\(error.code))."), nil)
        }
        defer { session.connection.end() }
        let shared = configuration.sharedLock.map { (key: $0, wait: configuration.sharedLockWait) }
        let lock = AdvisoryLock(session, scope: keys.prefix, shared: shared, time: configuration.time)
        // Two servers may have databases of one name; without its number a server cannot be told from another.
        let name = session.facts.systemIdentifier.map { "\($0)/\(session.facts.database)/\(lock.key)" }
        return try await lock.with { outcome in
            switch outcome {
            case .held: return try await body(.held, session.facts.isStandby ? nil : name)
            case .unavailable(let why): return try await body(.unavailable(why), nil)
            case .pooled:
                let what = "a connection pooler before \(configuration.database) gives each statement another session"
                guard configuration.allowsPooler else {
                    throw PGBackupError(
                        .invalidConfiguration,
                        "It seems that \(what): a lock would linger there, and pg_dump needs a session of its own. "
                            + configuration.poolerRemedy
                    )
                }
                return try await body(.unavailable("\(what)."), nil)
            case .busy:
                throw busy("Another run holds the advisory lock of \(keys.prefix) in \(configuration.database).")
            }
        }
    }

    private func busy(_ what: String) -> PGBackupError {
        PGBackupError(
            .busy,
            "\(what) Nothing was done. Wait for its end; two at once are of no use.",
            isRetryable: true
        )
    }
}
