import GroundworkCore

/// Where the gzip members of a dump begin and end, in the archive and in the object.
struct MemberMap: Sendable {
    private var inputs: [Int64] = [0]
    private var outputs: [Int64] = [0]

    /// Adds the next member by its ends.
    mutating func append(input: Int64, output: Int64) {
        inputs.append(input)
        outputs.append(output)
    }

    /// The bytes of the object that hold a range of the archive; nil when members do not begin and end with it.
    func objectRange(of range: Range<Int64>) -> Range<Int64>? {
        guard let start = index(of: range.lowerBound), let end = index(of: range.upperBound) else { return nil }
        return outputs[start]..<outputs[end]
    }

    private func index(of offset: Int64) -> Int? {
        var low = 0
        var high = inputs.count
        while low < high {
            let middle = (low + high) / 2
            if inputs[middle] < offset { low = middle + 1 } else { high = middle }
        }
        return low < inputs.count && inputs[low] == offset ? low : nil
    }
}

/// The index of an archive as a manifest has it.
enum TableIndex {
    /// More blocks than this would make manifests that nobody wants to read.
    static let limit = 50_000

    /// One entry for each block of data; nil when there are too many.
    static func tables(of index: ArchiveIndex, _ map: MemberMap) -> [BackupManifest.Table]? {
        guard index.blocks.count <= limit else { return nil }
        var entries: [Int: ArchiveEntry] = [:]
        for entry in index.entries where entry.hasData { entries[entry.id] = entry }
        return index.blocks.map { block in
            let entry = entries[block.entryID]
            let object = map.objectRange(of: block.range)
            return BackupManifest.Table(
                entryID: block.entryID,
                kind: entry?.kind ?? "TABLE DATA",
                schema: entry?.schema,
                name: entry?.name ?? "",
                rows: block.rows,
                sha256: block.sha256.map { Hex.encode($0) },
                archiveRange: [block.range.lowerBound, block.range.upperBound],
                objectRange: object.map { [$0.lowerBound, $0.upperBound] }
            )
        }
    }
}
