/// Cuts chunks into members: a value without threads. Chunks are kept as slices, nothing is copied.
struct MemberSplitter {
    private let memberSize: Int
    private var pieces: [ArraySlice<UInt8>] = []
    private var count = 0
    /// Members that are ready, in order.
    private(set) var ready: [[ArraySlice<UInt8>]] = []

    init(memberSize: Int) { self.memberSize = memberSize }

    mutating func append(_ input: GzipInput) {
        var start = 0
        for cut in input.cuts where cut >= start && cut <= input.bytes.count {
            fill(input.bytes[start..<cut])
            endMember()
            start = cut
        }
        fill(input.bytes[start...])
    }

    /// Ends the last member.
    mutating func finish() { endMember() }

    mutating func takeReady() -> [[ArraySlice<UInt8>]] {
        defer { ready = [] }
        return ready
    }

    private mutating func fill(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            let piece = rest.prefix(memberSize - count)
            pieces.append(piece)
            count += piece.count
            rest = rest.dropFirst(piece.count)
            if count == memberSize { endMember() }
        }
    }

    private mutating func endMember() {
        guard count > 0 else { return }
        ready.append(pieces)
        pieces = []
        count = 0
    }
}
