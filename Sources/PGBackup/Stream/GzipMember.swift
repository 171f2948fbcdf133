/// A chunk of a stream that is to be compressed, and the places in it where a member must end.
package struct GzipInput: Sendable {
    /// The bytes.
    package var bytes: [UInt8]
    /// Offsets into `bytes`, ascending, 0 to `bytes.count`: a new member begins there. 0 ends the member that the
    /// chunks before have begun.
    package var cuts: [Int]

    package init(_ bytes: [UInt8], cuts: [Int] = []) {
        self.bytes = bytes
        self.cuts = cuts
    }
}

/// One gzip member (RFC 1952): compressed on its own, readable on its own, and readable as a part of the whole.
package struct GzipMember: Sendable {
    /// Header, compressed bytes and trailer.
    package var bytes: [UInt8]
    /// The number of the member, from 0.
    package var index: Int
    /// Where its contents begin in the uncompressed stream.
    package var inputOffset: Int64
    /// The length of its contents.
    package var inputLength: Int
    /// Where it begins in the compressed stream.
    package var outputOffset: Int64
    /// The CRC-32 of its contents.
    package var crc32: UInt32

    /// The bytes of the uncompressed stream that it holds.
    package var inputRange: Range<Int64> { inputOffset..<inputOffset + Int64(inputLength) }
    /// The bytes of the compressed stream that it takes.
    package var outputRange: Range<Int64> { outputOffset..<outputOffset + Int64(bytes.count) }
}

/// What went through a compression.
package struct GzipStatistics: Sendable, Hashable {
    package var inputBytes: Int64 = 0
    package var outputBytes: Int64 = 0
    package var members = 0

    package init() {}
}
