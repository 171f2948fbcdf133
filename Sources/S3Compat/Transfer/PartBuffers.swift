/// The bytes of one part, in memory that the parts of one upload use one after the other.
final class PartBuffer: Sendable {
    private let content: Locked<[UInt8]>
    /// How many bytes the part has.
    let count: Int

    init(_ bytes: consuming [UInt8]) {
        count = bytes.count
        content = Locked(bytes)
    }

    /// The bytes. Whoever holds them longer than the part lives keeps them, and the memory is not used again.
    var bytes: [UInt8] { content.withLock { $0 } }

    /// Gives the memory away; nothing is left.
    func surrender() -> [UInt8] {
        content.withLock { bytes in
            defer { bytes = [] }
            return bytes
        }
    }
}

/// Lends memory of one part's length to the parts of one upload, and takes it back for the next parts.
///
/// However long a stream is, it passes through as many buffers as parts are held at once, and the allocator is asked for
/// no more: freeing and allocating megabytes from several threads would leave holes that stay resident.
final class PartBuffers: Sendable {
    /// Longer parts begin with this, and grow to their length while they are filled for the first time.
    private static let firstCapacity: Int64 = 64 << 20

    private let capacity: Int
    private let free = Locked<[[UInt8]]>([])

    /// - Parameter capacity: the most bytes of a part.
    init(capacity: Int64) { self.capacity = Int(max(1, min(capacity, Self.firstCapacity))) }

    /// An empty array with room for a part.
    func take() -> [UInt8] {
        // The one that lay idle longest: a transport may need a moment to let go of the last one.
        var bytes = free.withLock { $0.isEmpty ? [] : $0.removeFirst() }
        // Where somebody still holds the bytes, this makes new room.
        bytes.removeAll(keepingCapacity: true)
        bytes.reserveCapacity(capacity)
        return bytes
    }

    /// Takes back the memory of a part that is done with.
    func giveBack(_ source: PartSource) {
        guard case .buffer(let buffer) = source else { return }
        free.withLock { $0.append(buffer.surrender()) }
    }
}
