/// Why bytes are no TZif file that can be used.
struct TZifFault: Error, Sendable, Hashable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Reads a file of the zone database: TZif, RFC 9636.
///
/// The file holds its changes once with 32-bit times, and, from version 2 on, a second time with 64-bit times and a line
/// with the rule for the time after them.
enum TZifReader {
    /// More changes than any zone has had; zones have up to 300.
    private static let transitionLimit = 4096

    static func read(_ bytes: [UInt8]) throws(TZifFault) -> TimeZoneRules {
        guard bytes.count <= 256 << 10 else { throw TZifFault("it is too large for a zone file") }
        var cursor = TZifCursor(bytes)
        var header = try TZifHeader(&cursor)
        guard header.version > 0 else { return try readBlock(header, &cursor, wide: false, hasRule: false) }
        try cursor.skip(header.blockLength(wide: false))
        header = try TZifHeader(&cursor)
        return try readBlock(header, &cursor, wide: true, hasRule: true)
    }

    private static func readBlock(
        _ header: TZifHeader,
        _ cursor: inout TZifCursor,
        wide: Bool,
        hasRule: Bool
    ) throws(TZifFault) -> TimeZoneRules {
        guard header.transitions <= transitionLimit else { throw TZifFault("it has too many changes") }
        guard (1...256).contains(header.types) else { throw TZifFault("it has no kinds of local time") }
        guard header.leapSeconds == 0 else {
            throw TZifFault(
                "it counts leap seconds, which this system's clock does not; use the zone without \"right/\""
            )
        }
        var starts: [Int] = []
        for _ in 0..<header.transitions {
            let start = wide ? Int(try cursor.int64()) : Int(try cursor.int32())
            // The reader's own arithmetic stays far from overflow.
            guard (-(1 << 59)...(1 << 59)).contains(start) else { throw TZifFault("a change is too far away") }
            if let last = starts.last, start <= last { throw TZifFault("its changes are not in order") }
            starts.append(start)
        }
        var indices: [Int] = []
        for _ in 0..<header.transitions {
            let index = Int(try cursor.byte())
            guard index < header.types else { throw TZifFault("a change leads to a kind of time that is not there") }
            indices.append(index)
        }
        var offsets: [Int] = []
        for _ in 0..<header.types {
            let offset = Int(try cursor.int32())
            guard (-93_599...93_599).contains(offset) else { throw TZifFault("a distance from UTC is beyond 26 hours") }
            guard try cursor.byte() <= 1, Int(try cursor.byte()) <= header.characters else {
                throw TZifFault("a kind of time is malformed")
            }
            offsets.append(offset)
        }
        try cursor.skip(header.characters + header.standardFlags + header.universalFlags)
        let transitions = zip(starts, indices).map { TimeZoneRules.Transition(start: $0, offset: offsets[$1]) }
        let rule = hasRule ? try readRule(&cursor) : nil
        return TimeZoneRules(first: offsets[0], transitions: transitions, rule: rule)
    }

    /// The line after the data; an empty one means that there is no rule.
    private static func readRule(_ cursor: inout TZifCursor) throws(TZifFault) -> POSIXTimeZone? {
        guard try cursor.byte() == 0x0A else { throw TZifFault("the line with its rule is missing") }
        var line: [UInt8] = []
        while true {
            let byte = try cursor.byte()
            if byte == 0x0A { break }
            guard line.count < 256 else { throw TZifFault("the line with its rule is too long") }
            line.append(byte)
        }
        return line.isEmpty ? nil : try POSIXTimeZone(line)
    }
}

/// The head of a block: how many of everything follow.
private struct TZifHeader {
    let version: Int
    let universalFlags, standardFlags, leapSeconds, transitions, types, characters: Int

    init(_ cursor: inout TZifCursor) throws(TZifFault) {
        for expected in "TZif".utf8 {
            guard try cursor.byte() == expected else { throw TZifFault("it is no TZif file") }
        }
        let version = try cursor.byte()
        guard version == 0 || version >= UInt8(ascii: "2") else { throw TZifFault("its version is not known") }
        self.version = Int(version)
        try cursor.skip(15)
        universalFlags = try cursor.count()
        standardFlags = try cursor.count()
        leapSeconds = try cursor.count()
        transitions = try cursor.count()
        types = try cursor.count()
        characters = try cursor.count()
    }

    func blockLength(wide: Bool) -> Int {
        let time = wide ? 8 : 4
        return transitions * (time + 1) + types * 6 + characters + leapSeconds * (time + 4) + standardFlags
            + universalFlags
    }
}

/// Reads numbers in network byte order.
private struct TZifCursor {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func byte() throws(TZifFault) -> UInt8 {
        guard position < bytes.count else { throw TZifFault("it ends too early") }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func skip(_ count: Int) throws(TZifFault) {
        guard count >= 0, count <= bytes.count - position else { throw TZifFault("it ends too early") }
        position += count
    }

    mutating func uint32() throws(TZifFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 { value = value << 8 | UInt32(try byte()) }
        return value
    }

    mutating func int32() throws(TZifFault) -> Int32 { Int32(bitPattern: try uint32()) }

    mutating func int64() throws(TZifFault) -> Int64 {
        let high = try uint32()
        return Int64(bitPattern: UInt64(high) << 32 | UInt64(try uint32()))
    }

    /// A count that is no larger than the file.
    mutating func count() throws(TZifFault) -> Int {
        let value = Int(try uint32())
        guard value <= bytes.count else { throw TZifFault("it has fewer bytes than it says") }
        return value
    }
}
