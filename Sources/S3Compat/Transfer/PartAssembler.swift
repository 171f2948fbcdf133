/// Cuts a stream of chunks into parts of one length. Chunks are kept as they come, never joined; only one that crosses
/// the border between two parts is split, and tiny ones are gathered.
struct PartAssembler: Sendable {
    private static let gathered = 64 * 1024
    private let partSize: Int
    private var chunks: [[UInt8]] = []
    private var ready: [[[UInt8]]] = []
    /// The bytes that no part was made of yet.
    private(set) var pending = 0
    /// All bytes so far.
    private(set) var total: Int64 = 0

    init(partSize: Int64) {
        self.partSize = Int(max(1, partSize))
    }

    /// Takes a chunk.
    mutating func append(_ chunk: [UInt8]) {
        total += Int64(chunk.count)
        if pending + chunk.count < partSize {
            add(chunk)
            return
        }
        var rest = chunk[...]
        while !rest.isEmpty {
            let room = partSize - pending
            if rest.count < room {
                add(Array(rest))
                return
            }
            add(rest.count == chunk.count && room == chunk.count ? chunk : Array(rest.prefix(room)))
            rest = rest.dropFirst(room)
            ready.append(chunks)
            chunks = []
            pending = 0
        }
    }

    /// The next part that is full.
    mutating func takePart() -> [[UInt8]]? {
        ready.isEmpty ? nil : ready.removeFirst()
    }

    /// What is left at the end.
    mutating func takeRest() -> [[UInt8]] {
        defer {
            chunks = []
            pending = 0
        }
        return chunks
    }

    private mutating func add(_ chunk: [UInt8]) {
        guard !chunk.isEmpty else { return }
        pending += chunk.count
        if let last = chunks.indices.last, chunk.count < Self.gathered, chunks[last].count < Self.gathered {
            chunks[last].append(contentsOf: chunk)
        } else {
            chunks.append(chunk)
        }
    }
}
