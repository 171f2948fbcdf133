/// The arithmetic of ``MailRateLimiter``: instants in, decisions out.
///
/// Each request gets a place in a schedule when it comes. `tail` is when the bucket would be full again: a request takes
/// one interval of it, and may go when what is left is less than the burst (the generic cell rate algorithm). Beside it
/// stands the provider's own window: so many requests until it begins anew.
struct MailRateState: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What a request is told.
    enum Decision: Sendable, Hashable {
        case granted
        case wait(until: Instant)
    }

    /// The provider's window, as its answers describe it.
    struct Window: Sendable, Hashable {
        var remaining: Int
        var resetsAt: Instant
        /// Requests in a whole window.
        var limit: Int
        var length: Duration
    }

    private struct Entry: Sendable {
        let id: UInt64
        let enteredAt: Instant
        /// The bucket before this request.
        var before: Instant
        var slot: Instant
    }

    /// What no hint goes beyond: an answer must not stop the sending for good.
    static let longestWait = Duration.seconds(3600)

    private let interval: Duration
    /// By how much the schedule may run ahead of the clock.
    private let tolerance: Duration
    private var tail: Instant?
    private var queue: [Entry] = []
    private var lastID: UInt64 = 0
    private(set) var window: Window?

    init(ratePerSecond: Double?, burst: Int) {
        let rate = ratePerSecond ?? 0
        interval = rate > 0 && rate.isFinite ? .seconds(min(1 / rate, 3600)) : .zero
        tolerance = interval * (max(1, min(burst, 1_000_000)) - 1)
    }

    /// How many wait.
    var count: Int { queue.count }

    /// Puts a request at the end of the queue; nil when that is full.
    mutating func enter(now: Instant, maximum: Int) -> UInt64? {
        guard queue.count < maximum else { return nil }
        lastID += 1
        let before = tail ?? now
        queue.append(Entry(id: lastID, enteredAt: now, before: before, slot: now))
        schedule(from: queue.count - 1, bucket: before)
        return lastID
    }

    /// Whether a request may go now, or when to ask again. One that may go has left the queue.
    mutating func poll(_ id: UInt64, now: Instant) -> Decision {
        guard let index = position(of: id) else { return .granted }
        if queue[index].slot > now { return .wait(until: queue[index].slot) }
        renewWindow(now: now)
        if let window, index >= window.remaining { return .wait(until: window.resetsAt) }
        window?.remaining -= 1
        queue.remove(at: index)
        return .granted
    }

    /// Takes a request out of the queue; those behind it move up.
    mutating func leave(_ id: UInt64) {
        guard let index = position(of: id) else { return }
        let before = queue.remove(at: index).before
        schedule(from: index, bucket: before)
    }

    /// Takes what an answer said into account. It can make requests wait longer, never break the rate of one's own.
    mutating func observe(_ hint: MailRateHint, now: Instant) {
        if let wait = hint.retryAfter, wait > .zero { hold(until: now + min(wait, Self.longestWait)) }
        guard let remaining = hint.remaining else { return }
        let length = min(max(hint.reset ?? .seconds(1), .zero), Self.longestWait)
        guard length > .zero else { return window = nil }
        var next = Window(
            remaining: max(0, remaining),
            resetsAt: now + length,
            limit: max(1, hint.limit ?? window?.limit ?? remaining),
            length: length
        )
        if let window, window.resetsAt > now, window.resetsAt + .seconds(1) > next.resetsAt {
            // The same window: answers overtake each other, and requests under way are not counted in them yet.
            next.remaining = min(next.remaining, window.remaining)
            // Resets are whole seconds, rounded up: the end that was told first is the nearest to the truth.
            next.resetsAt = min(next.resetsAt, window.resetsAt)
            next.length = max(next.length, window.length)
        }
        window = next
    }

    /// Nobody goes before `instant`, and from then on in the usual distance.
    private mutating func hold(until instant: Instant) {
        held = max(held ?? instant, instant)
        let bucket = instant + tolerance
        if let first = queue.first {
            schedule(from: 0, bucket: max(first.before, bucket))
        } else {
            tail = max(tail ?? bucket, bucket)
        }
    }

    /// Until when an answer forbids requests; needed where there is no rate that keeps them apart.
    private var held: Instant?

    private mutating func schedule(from index: Int, bucket: Instant) {
        var bucket = bucket
        for place in index..<queue.count {
            queue[place].before = bucket
            let start = max(bucket, queue[place].enteredAt)
            queue[place].slot = start - tolerance
            if let held { queue[place].slot = max(queue[place].slot, held) }
            bucket = start + interval
        }
        tail = bucket
    }

    /// A window that is over is followed by one like it, until an answer says more.
    private mutating func renewWindow(now: Instant) {
        guard var current = window, now >= current.resetsAt else { return }
        current.remaining = current.limit
        current.resetsAt = now + max(current.length, .seconds(1))
        window = current
    }

    /// Ids ascend along the queue.
    private func position(of id: UInt64) -> Int? {
        var low = 0
        var high = queue.count
        while low < high {
            let middle = (low + high) / 2
            if queue[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < queue.count && queue[low].id == id ? low : nil
    }
}
