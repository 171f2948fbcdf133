/// How far two names are apart.
package enum NameDistance {
    /// The number of letters to add, remove, change or swap with their neighbour (the restricted
    /// Damerau-Levenshtein distance) without regard to case; nil when it is above `limit`.
    package static func between(_ lhs: String, _ rhs: String, limit: Int) -> Int? {
        let left = lhs.utf8.map(upper)
        let right = rhs.utf8.map(upper)
        guard abs(left.count - right.count) <= limit, left.count <= 256, right.count <= 256 else { return nil }
        if left == right { return 0 }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 1...max(1, left.count) where row <= left.count {
            var current = [Int](repeating: row, count: right.count + 1)
            for column in 1...max(1, right.count) where column <= right.count {
                let cost = left[row - 1] == right[column - 1] ? 0 : 1
                var best = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    best = min(best, beforeLast[column - 2] + 1)
                }
                current[column] = best
            }
            if let least = current.min(), least > limit { return nil }
            beforeLast = last
            last = current
        }
        return last[right.count] <= limit ? last[right.count] : nil
    }

    private static func upper(_ byte: UInt8) -> UInt8 { (0x61...0x7A).contains(byte) ? byte - 0x20 : byte }

    /// The most names that are looked through; with more a suggestion is not worth its time.
    static let candidateLimit = 2000

    /// The nearest of `names`, within a third of the length and two letters at most; of several the first by alphabet.
    package static func nearest(to name: String, among names: some Collection<String>) -> String? {
        guard names.count <= candidateLimit else { return nil }
        let limit = min(2, max(1, name.utf8.count / 3))
        var best: (name: String, distance: Int)?
        for candidate in names {
            guard let distance = between(name, candidate, limit: best?.distance ?? limit) else { continue }
            if let best, best.distance == distance, best.name < candidate { continue }
            best = (candidate, distance)
        }
        return best?.name
    }
}
