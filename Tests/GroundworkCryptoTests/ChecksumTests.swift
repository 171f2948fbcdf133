import CGroundworkChecksum
import GroundworkCore
import GroundworkTesting
import Testing

@Suite struct ChecksumTests {
    typealias Checksum = @Sendable (UInt32, UnsafeRawPointer?, Int) -> UInt32
    static let crc32: [Checksum] = [{ gw_crc32($0, $1, $2) }, { gw_crc32_portable($0, $1, $2) }]
    static let crc32c: [Checksum] = [{ gw_crc32c($0, $1, $2) }, { gw_crc32c_portable($0, $1, $2) }]

    static func check(_ function: Checksum, _ bytes: ArraySlice<UInt8>, from crc: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { function(crc, $0.baseAddress, $0.count) }
    }

    @Test func countsABytesOccurrences() {
        // Up to beyond the 255 rounds after which a lane of the vectors is full.
        let bytes = (0..<9000).map { UInt8(truncatingIfNeeded: $0 * $0 % 7) } + [UInt8](repeating: 1, count: 9000)
        for length in Array(0...100) + [8159, 8160, 8161, 8192, 16_321, 18_000] {
            for start in [0, 1, 31] {
                let piece = bytes.dropFirst(start).prefix(length)
                for value in [UInt8(1), 4, 9] {
                    let count = piece.withUnsafeBytes { gw_count_byte($0.baseAddress, $0.count, value) }
                    let expected = piece.reduce(0) { $0 + ($1 == value ? 1 : 0) }
                    #expect(count == expected, "\(value) in \(length) bytes from \(start)")
                }
            }
        }
    }

    /// The catalogue's check values, and RFC 3720 appendix B.4.
    @Test func publishedVectors() {
        let digits = Array("123456789".utf8)[...]
        for function in Self.crc32 { #expect(Self.check(function, digits) == 0xCBF4_3926) }
        for function in Self.crc32c {
            #expect(Self.check(function, digits) == 0xE306_9283)
            #expect(Self.check(function, ArraySlice(repeating: 0, count: 32)) == 0x8A91_36AA)
            #expect(Self.check(function, ArraySlice(repeating: 0xFF, count: 32)) == 0x62A8_AB43)
            #expect(Self.check(function, ArraySlice(0..<32)) == 0x46DD_794E)
        }
    }

    @Test func nothingChangesNothing() {
        for function in Self.crc32 + Self.crc32c { #expect(function(0x1234_5678, nil, 0) == 0x1234_5678) }
        #expect(gw_crc32_combine(0x1234_5678, 0, 0) == 0x1234_5678)
        #expect(gw_crc32c_combine(0x1234_5678, 0, 0) == 0x1234_5678)
    }

    @Test func crc32AgreesWithZlib() async throws {
        let lines = try await python(
            """
            import random, zlib
            r = random.Random(3)
            for length in list(range(0, 300)) + [r.randrange(300, 40000) for _ in range(60)]:
                data = r.randbytes(length)
                print(data.hex(), zlib.crc32(data))
            """
        )
        #expect(lines.count == 360)
        for line in lines {
            let data = try #require(Hex.decode(line[0]))
            for function in Self.crc32 {
                #expect(Self.check(function, data[...]) == UInt32(line[1]), "\(data.count) bytes")
            }
        }
    }

    /// Bit by bit, as the definition says.
    static func definition(_ bytes: ArraySlice<UInt8>, polynomial: UInt32) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 }
        }
        return ~crc
    }

    @Test func agreesWithTheDefinitionAtAnyOffsetAndLength() {
        let random = ManualRandom(seed: 5)
        let bytes = random.bytes(60_000)
        for round in 0..<300 {
            let length = Int(random.next() % (round % 10 == 0 ? 50_000 : 700))
            let offset = Int(random.next() % 4096)
            let piece = bytes[offset..<offset + length]
            let split = piece.startIndex + Int(random.next() % UInt64(length + 1))
            for (functions, polynomial) in [(Self.crc32, UInt32(0xEDB8_8320)), (Self.crc32c, 0x82F6_3B78)] {
                let expected = Self.definition(piece, polynomial: polynomial)
                for function in functions {
                    #expect(Self.check(function, piece) == expected)
                    let first = Self.check(function, piece[..<split])
                    #expect(Self.check(function, piece[split...], from: first) == expected)
                }
            }
        }
    }

    @Test func combineEqualsTheWhole() {
        let random = ManualRandom(seed: 9)
        let bytes = random.bytes(50_000)
        for _ in 0..<300 {
            let length = Int(random.next() % 50_000)
            let split = Int(random.next() % UInt64(length + 1))
            let (first, second) = (bytes[..<split], bytes[split..<length])
            let tail = UInt64(second.count)
            let crc32 = gw_crc32_combine(Self.check(gw_crc32, first), Self.check(gw_crc32, second), tail)
            #expect(crc32 == Self.check(gw_crc32, bytes[..<length]))
            let crc32c = gw_crc32c_combine(Self.check(gw_crc32c, first), Self.check(gw_crc32c, second), tail)
            #expect(crc32c == Self.check(gw_crc32c, bytes[..<length]))
        }
    }

    /// A terabyte of zeros by doubling: combine is the only way to get there.
    @Test func combineTakesLengthsBeyond32Bits() {
        var (crc, length) = (Self.check(gw_crc32, [0]), UInt64(1))
        for _ in 0..<40 {
            crc = gw_crc32_combine(crc, crc, length)
            length *= 2
        }
        var (other, otherLength) = (Self.check(gw_crc32, ArraySlice(repeating: 0, count: 1 << 20)), UInt64(1) << 20)
        for _ in 0..<20 {
            other = gw_crc32_combine(other, other, otherLength)
            otherLength *= 2
        }
        #expect(crc == other && length == otherLength)
    }
}
