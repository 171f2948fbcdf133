import GroundworkCore
import GroundworkTesting
import Testing

@testable import S3Compat

@Suite struct PartHasherTests {
    private func needs(md5: Bool = true) -> DigestNeeds {
        var needs = DigestNeeds(md5: md5)
        needs.sha256 = true
        needs.crc32c = true
        return needs
    }

    private func digests(_ pieces: [ArraySlice<UInt8>], allowsPair: Bool) throws -> PartDigests {
        var hasher = try PartHasher(needs(), allowsPair: allowsPair)
        for piece in pieces { piece.withUnsafeBytes { hasher.update($0) } }
        var result = PartDigests()
        try hasher.finish(&result)
        return result
    }

    /// The pass for both against the library's two, on every length around the borders of blocks.
    @Test func onePassGivesWhatTwoGive() throws {
        let random = ManualRandom(seed: 8)
        let bytes = random.bytes(1000)
        for count in 0...260 {
            let piece = [bytes[..<count]]
            #expect(try digests(piece, allowsPair: true) == digests(piece, allowsPair: false), "\(count) bytes")
        }
        // However the bytes are cut.
        for _ in 0..<300 {
            var pieces: [ArraySlice<UInt8>] = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int(random.next() % 150))
                pieces.append(bytes[start..<end])
                start = end
            }
            #expect(try digests(pieces, allowsPair: true) == digests([bytes[...]], allowsPair: false))
        }
    }

    @Test func knowsThePublishedDigests() throws {
        // RFC 1321, A.5; FIPS 180-4's example; RFC 3720, B.4's polynomial on "123456789".
        let abc = try digests([Array("abc".utf8)[...]], allowsPair: true)
        #expect(Hex.encode(abc.md5 ?? []) == "900150983cd24fb0d6963f7d28e17f72")
        #expect(
            Hex.encode(abc.sha256 ?? []) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        #expect(try digests([Array("123456789".utf8)[...]], allowsPair: true).crc32c == 0xE306_9283)
    }
}
