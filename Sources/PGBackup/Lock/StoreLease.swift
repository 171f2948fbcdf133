import FoundationEssentials
import GroundworkCore
import GroundworkStorage

/// A lease object in the store: it keeps runs apart that do not share a server. It needs a store that keeps conditions
/// of puts, which is proved before it is trusted.
///
/// It releases itself: one that is not renewed is taken over, see ``LeaseWatch``.
struct StoreLease: Sendable {
    /// What became of the attempt to take it.
    enum Outcome: Sendable, Hashable {
        case held
        /// Another run holds it and renews it.
        case busy
        /// The store keeps no conditions, or failed; why.
        case unavailable(String)
    }

    let store: any ObjectStore
    let key: String
    let probeKey: String
    let holder: String
    /// The advisory lock that we hold.
    var lock: String?
    var terms = LeaseTerms()
    let time: any TimeSource

    /// Older renewals of our own can come in the way of a write as often as answers were lost before it.
    private static let writeLimit = 4

    /// Tries to take the lease and calls `body` with the outcome; while it is held it is renewed, and a lease that was
    /// lost cancels `body`. At the end it is released.
    func with<Result: Sendable>(_ body: @escaping @Sendable (Outcome) async throws -> Result) async throws -> Result {
        let hold: (etag: String, begunAt: ContinuousClock.Instant)
        // The body's own errors must not come into this, or it would run a second time.
        switch await attempt() {
        case .success(.held(let taken)): hold = taken
        case .success(.not(let outcome)): return try await body(outcome)
        case .failure(let error): throw error
        }
        let etag = Locked(hold.etag)
        do {
            let result = try await keep(etag, begunAt: hold.begunAt, body)
            await release(etag.withLock { $0 })
            return result
        } catch {
            await release(etag.withLock { $0 })
            throw error
        }
    }

    private enum Attempt { case held((etag: String, begunAt: ContinuousClock.Instant)), not(Outcome) }

    private func attempt() async -> Result<Attempt, any Error> {
        do {
            guard try await isProved() else { return .success(.not(.unavailable("the store keeps no conditions."))) }
            return .success(try await take().map { .held($0) } ?? .not(.busy))
        } catch let error as ObjectStoreError {
            return .success(.not(.unavailable("\(error.code): \(error.message)")))
        } catch {
            return .failure(error)
        }
    }

    /// Whether the store keeps both conditions: the first it says, the second is tried with an ETag that is wrong.
    func isProved() async throws -> Bool {
        guard try await store.capabilities().conditionalPut == .enforced else { return false }
        let isRefused: Result<Bool, any Error>
        do { isRefused = .success(try await refusesWrongETag()) } catch { isRefused = .failure(error) }
        // Also when it failed or was cancelled: nothing of it is to stay.
        let (store, probeKey) = (store, probeKey)
        do { try await shielded { try await store.delete(probeKey) } } catch {
            if case .success = isRefused { throw error }
        }
        return try isRefused.get()
    }

    private func refusesWrongETag() async throws -> Bool {
        try await store.put(probeKey, .text("Whether puts keep their conditions.\n"))
        do {
            try await store.put(probeKey, .text("They do not.\n"), options: options(.ifMatches(etag: "0")))
            return false
        } catch let error as ObjectStoreError where [.preconditionFailed, .notFound].contains(error.code) {
            // Not found: another run has just made the same trial and ended it.
            return true
        } catch let error as ObjectStoreError where error.code == .unsupported {
            return false
        }
    }

    /// Waits until the lease is ours, or somebody is seen to hold it.
    private func take() async throws -> (etag: String, begunAt: ContinuousClock.Instant)? {
        var watch = LeaseWatch(terms, lock: lock)
        // Each round ends in a decision or waits; others may win a race a few times.
        for _ in 0..<1000 {
            let condition: ObjectPutOptions.Condition
            switch watch.observe(try await look(), at: time.monotonic) {
            case .busy: return nil
            case .wait(let duration):
                try await time.sleep(for: duration)
                continue
            case .create: condition = .ifAbsent
            case .replace(let etag): condition = .ifMatches(etag: etag)
            }
            let begunAt = time.monotonic
            if let etag = try await write(renewal: 0, condition) { return (etag, begunAt) }
        }
        return nil
    }

    private func look() async throws -> LeaseWatch.Reading {
        do {
            let object = try await store.get(key)
            guard object.info.size <= Int64(LeaseContent.sizeLimit) else {
                return .init(etag: object.info.etag, content: nil)
            }
            var bytes: [UInt8] = []
            for try await chunk in object.content { bytes += chunk }
            return .init(etag: object.info.etag, content: LeaseContent.decode(bytes))
        } catch let error as ObjectStoreError where error.code == .notFound {
            return .init(etag: nil, content: nil)
        }
    }

    /// An older renewal of our own, whose answer was lost, is written over.
    /// - Returns: the new ETag; nil when somebody else was there first.
    private func write(
        renewal: Int,
        isReleased: Bool = false,
        _ condition: ObjectPutOptions.Condition
    ) async throws -> String? {
        let content = LeaseContent(
            holder: holder,
            seconds: terms.validity.seconds,
            renewal: renewal,
            isReleased: isReleased,
            lock: lock,
            writtenAt: UTCDateTime(time.now).rfc3339
        )
        var condition = condition
        for _ in 0..<Self.writeLimit {
            do {
                let result = try await store.put(key, .bytes(try content.encoded()), options: options(condition))
                if let etag = result.etag { return etag }
                return try await store.head(key).etag
            } catch let error as ObjectStoreError
                where [.preconditionFailed, .outcomeUnknown, .notFound].contains(error.code)
            {
                // An answer may have been lost: if our words are there, it worked.
                let found = try await look()
                if found.content == content { return found.etag }
                guard let own = found.content, own.holder == holder, !own.isReleased, let etag = found.etag else {
                    return nil
                }
                condition = .ifMatches(etag: etag)
            }
        }
        return nil
    }

    private func options(_ condition: ObjectPutOptions.Condition) -> ObjectPutOptions {
        var options = ObjectPutOptions()
        options.contentType = "application/json"
        options.condition = condition
        return options
    }

    private func keep<Result: Sendable>(
        _ etag: Locked<String>,
        begunAt: ContinuousClock.Instant,
        _ body: @escaping @Sendable (Outcome) async throws -> Result
    ) async throws -> Result {
        try await watched {
            try await renew(etag, LeaseHold(terms, writtenAt: begunAt))
        } lost: {
            PGBackupError(
                .lockLost,
                "The lease \(key) could not be renewed in time, or another run has taken it over: this process was "
                    + "stopped for a while, or the store was not to be reached. The run was stopped; the next one "
                    + "begins anew.",
                isRetryable: true
            )
        } work: {
            try await body(.held)
        }
    }

    /// Renews until the lease is lost.
    private func renew(_ etag: Locked<String>, _ hold: LeaseHold) async throws {
        var hold = hold
        var count = 0
        while true {
            try await time.sleep(until: min(hold.nextRenewal(after: time.monotonic), hold.end))
            guard time.monotonic < hold.end else { return }
            count += 1
            let (begunAt, known, number) = (time.monotonic, etag.withLock { $0 }, count)
            do {
                let renewed = try await withDeadline(hold.end, time: time) {
                    try await write(renewal: number, .ifMatches(etag: known))
                }
                guard let renewed else { return }
                etag.withLock { $0 = renewed }
                hold.renewed(begunAt: begunAt)
            } catch is DeadlineExceeded {
                return
            } catch is ObjectStoreError {
                // The store may be back before the lease ends.
                continue
            }
        }
    }

    /// Lets go of it. If that fails it ends by itself.
    private func release(_ etag: String) async {
        let deadline = time.monotonic.advanced(by: .seconds(10))
        _ = try? await shielded {
            try await withDeadline(deadline, time: time) {
                try await write(renewal: -1, isReleased: true, .ifMatches(etag: etag))
            }
        }
    }
}
