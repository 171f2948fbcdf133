/// The memory of the large chunks of one response, used again once their readers have let them go.
///
/// Memory that is fresh from the system costs more than to fill it: a fault for each page. So the last few chunks that
/// were handed out are kept in mind, 0.8 MB at most. When a new one is begun, the oldest gives its memory if nobody else
/// holds it any more; the array's own count of references decides that, so a reader that keeps its chunks keeps them
/// unchanged.
struct ChunkBuffers {
    /// How many chunks are kept in mind. A reader that keeps up holds one, and one may be on its way.
    private static let count = 3
    /// Smaller chunks come from memory that the allocator keeps anyway.
    private static let smallest = 64 << 10

    private var handedOut: [[UInt8]] = []

    /// An empty buffer, with room for `capacity` bytes.
    mutating func next(capacity: Int) -> [UInt8] {
        var buffer: [UInt8] = []
        if capacity >= Self.smallest, handedOut.count == Self.count {
            buffer = handedOut.removeFirst()
            // Takes new memory where somebody else still holds the old.
            buffer.removeAll(keepingCapacity: true)
        }
        buffer.reserveCapacity(capacity)
        return buffer
    }

    /// Keeps in mind what was handed out.
    mutating func handOut(_ chunk: [UInt8]) {
        // The thread sanitizer does not see the count of references, which orders a reader's last look and the next fill.
        #if !TSAN
        guard chunk.count >= Self.smallest else { return }
        if handedOut.count == Self.count { handedOut.removeFirst() }
        handedOut.append(chunk)
        #endif
    }
}
