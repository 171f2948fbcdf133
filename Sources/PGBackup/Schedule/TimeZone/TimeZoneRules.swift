/// When a zone's clocks are how far ahead of UTC: a table of changes, and a rule for the time after it.
///
/// All times are whole seconds since 1970, without leap seconds.
struct TimeZoneRules: Sendable, Hashable {
    /// A stretch of time in which the clocks' distance from UTC stays the same.
    struct Segment: Sendable, Hashable {
        /// Its first second; nil when it has always been so.
        var start: Int?
        /// The first second of the next one; nil when it stays so for ever.
        var end: Int?
        /// Seconds ahead of UTC.
        var offset: Int
    }

    /// A change of the clocks.
    struct Transition: Sendable, Hashable {
        /// The first second of the new distance.
        var start: Int
        /// Seconds ahead of UTC from then on.
        var offset: Int
    }

    /// In ascending order.
    private let transitions: [Transition]
    /// The distance before the first change.
    private let first: Int
    /// What holds after the last change of the table.
    private let rule: POSIXTimeZone?

    init(first: Int, transitions: [Transition], rule: POSIXTimeZone?) {
        self.first = first
        self.transitions = transitions
        self.rule = rule
    }

    /// A zone that never changes its clocks.
    static func fixed(_ offset: Int) -> TimeZoneRules {
        TimeZoneRules(first: offset, transitions: [], rule: nil)
    }

    /// The stretch that a second is in.
    func segment(containing second: Int) -> Segment {
        let index = firstIndex(after: second)
        if index < transitions.count {
            return Segment(
                start: index > 0 ? transitions[index - 1].start : nil,
                end: transitions[index].start,
                offset: index > 0 ? transitions[index - 1].offset : first
            )
        }
        let last = transitions.last
        guard let rule else { return Segment(start: last?.start, end: nil, offset: last?.offset ?? first) }
        var segment = rule.segment(containing: second)
        if let last { segment.start = max(segment.start ?? last.start, last.start) }
        return segment
    }

    /// The index of the first change after `second`.
    private func firstIndex(after second: Int) -> Int {
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].start <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
