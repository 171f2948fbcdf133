import GroundworkCore

/// Decides whether a lease may be taken: a value without clock or store. Tell it what is there and the time, it answers
/// with what to do.
///
/// No wall clock is compared with another. A lease that somebody holds is renewed, and its ETag changes; one whose ETag
/// stays the same for longer than its holder believes in it, by **our** monotonic clock, has no holder any more.
struct LeaseWatch: Sendable {
    /// What a look at the lease found.
    struct Reading: Sendable, Hashable {
        /// The ETag of the object; nil when none is there.
        var etag: String?
        /// What it says; nil when there is none or it cannot be read.
        var content: LeaseContent?
    }

    /// What to do.
    enum Decision: Sendable, Hashable {
        /// Store it where none is.
        case create
        /// Store it over this very content.
        case replace(etag: String)
        /// Look again after this.
        case wait(Duration)
        /// Somebody holds it and renews it.
        case busy
    }

    let terms: LeaseTerms
    /// The advisory lock that we hold.
    let lock: String?
    private var first: (etag: String, seenAt: ContinuousClock.Instant)?

    init(_ terms: LeaseTerms, lock: String? = nil) {
        self.terms = terms
        self.lock = lock
    }

    /// Judges a look at the lease.
    mutating func observe(_ reading: Reading, at now: ContinuousClock.Instant) -> Decision {
        guard let etag = reading.etag else {
            first = nil
            return .create
        }
        if reading.content?.isReleased == true { return .replace(etag: etag) }
        // Its holder held the lock that we hold now: its session is gone, and with it the holder.
        if let lock, reading.content?.lock == lock { return .replace(etag: etag) }
        guard let seen = first else {
            first = (etag, now)
            return .wait(min(terms.renewal / 2, .seconds(5)))
        }
        // It was renewed, or somebody else has taken it: there is a holder.
        guard seen.etag == etag else { return .busy }
        let left = LeaseTerms.patience(with: reading.content, own: terms) - seen.seenAt.duration(to: now)
        return left <= .zero ? .replace(etag: etag) : .wait(min(left, terms.renewal / 2, .seconds(5)))
    }
}

/// How long a holder may believe in its lease: a value without clock or store.
struct LeaseHold: Sendable {
    let terms: LeaseTerms
    /// When the last write that succeeded was **begun**: a contender cannot have seen it before.
    private(set) var renewedAt: ContinuousClock.Instant

    init(_ terms: LeaseTerms, writtenAt: ContinuousClock.Instant) {
        self.terms = terms
        renewedAt = writtenAt
    }

    /// A renewal that was begun then has succeeded.
    mutating func renewed(begunAt: ContinuousClock.Instant) { renewedAt = max(renewedAt, begunAt) }

    /// When the next renewal is due; after one that failed, soon.
    func nextRenewal(after now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        max(renewedAt.advanced(by: terms.renewal), now.advanced(by: min(terms.renewal / 4, .seconds(2))))
    }

    /// From then on somebody else may have it.
    var end: ContinuousClock.Instant { renewedAt.advanced(by: terms.validity) }
}
