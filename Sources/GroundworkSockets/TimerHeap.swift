/// Deadlines in order, the earliest first: a binary heap.
struct TimerHeap {
    struct Entry {
        let deadline: ContinuousClock.Instant
        let tag: UInt64
    }

    private var entries: [Entry] = []

    var first: Entry? { entries.first }

    mutating func insert(_ entry: Entry) {
        entries.append(entry)
        var index = entries.count - 1
        while index > 0, entries[index].deadline < entries[(index - 1) / 2].deadline {
            entries.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// Takes the earliest entry out if it is due.
    mutating func removeFirst(due now: ContinuousClock.Instant) -> Entry? {
        guard let first = entries.first, first.deadline <= now, let last = entries.popLast() else { return nil }
        guard !entries.isEmpty else { return first }
        entries[0] = last
        var index = 0
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2] where child < entries.count {
                if entries[child].deadline < entries[smallest].deadline { smallest = child }
            }
            if smallest == index { return first }
            entries.swapAt(index, smallest)
            index = smallest
        }
    }
}
