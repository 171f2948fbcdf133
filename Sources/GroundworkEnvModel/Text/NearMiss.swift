import GroundworkBase

/// Finds names that were probably meant.
package enum NearMiss {
    /// The closest of `names` that is near enough: one slip in short names, two in names of six bytes or more. A slip
    /// is a letter too many, too few, wrong, or two exchanged; a difference in case alone always counts as near.
    package static func best(for name: String, among names: some Sequence<String>) -> String? {
        let bytes = Array(name.utf8)
        var best: (distance: Int, name: String)?
        for candidate in names where candidate != name {
            let other = Array(candidate.utf8)
            let limit = min(bytes.count, other.count) >= 6 ? 2 : 1
            guard abs(bytes.count - other.count) <= limit, bytes.count <= 64, other.count <= 64 else { continue }
            let distance =
                name.lowercasedASCII() == candidate.lowercasedASCII() ? 0 : distance(bytes, other, limit: limit)
            guard let distance, distance < (best?.distance ?? .max) else { continue }
            best = (distance, candidate)
        }
        return best?.name
    }

    /// The optimal string alignment distance, or nil when it is over the limit.
    private static func distance(_ a: [UInt8], _ b: [UInt8], limit: Int) -> Int? {
        // Bytes that one has and the other lacks bound the distance from below and settle nearly every pair.
        if (mask(a) ^ mask(b)).nonzeroBitCount > 2 * limit { return nil }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for (j, y) in b.enumerated() {
                var cost = min(last[j] + (x == y ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, x == b[j - 1], a[i - 1] == y { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            if (row.min() ?? 0) > limit { return nil }
            beforeLast = last
            last = row
        }
        guard let distance = last.last, distance <= limit else { return nil }
        return distance
    }

    private static func mask(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0) { $0 | 1 << UInt64($1 & 63) }
    }
}
