import GroundworkCore
import GroundworkCrypto
import GroundworkTesting
import Testing

@testable import PGBackup

@Suite struct ArchiveHashesTests {
    /// The archive in the given chunks, of each chunk the given part as rows, in pieces.
    private func hashes(
        _ bytes: [UInt8],
        chunks: [Range<Int>],
        rows: [[Range<Int>]],
        allowsLanes: Bool
    ) throws -> (archive: [UInt8], rows: [UInt8]) {
        let hashes = try ArchiveHashes(allowsLanes: allowsLanes)
        for (chunk, pieces) in zip(chunks, rows) {
            hashes.withChunk(Array(bytes[chunk])) { _ in
                for piece in pieces { bytes[piece].withUnsafeBytes { hashes.update(rows: $0) } }
            }
        }
        return (try hashes.finishArchive(), try hashes.finishRows())
    }

    /// Against OpenSSL, on every length around the borders of blocks.
    @Test func bothHashesAreOpenSSLs() throws {
        let bytes = ManualRandom(seed: 9).bytes(400)
        for count in 0...200 {
            for (rowCount, allowsLanes) in [(0, true), (count / 2, true), (count, true), (200, true), (count, false)] {
                let (archive, rows) = try hashes(
                    bytes,
                    chunks: [0..<count],
                    rows: [[200..<200 + rowCount]],
                    allowsLanes: allowsLanes
                )
                #expect(archive == (try Digest.hash(.sha256, Array(bytes[..<count]))), "\(count), \(rowCount)")
                #expect(rows == (try Digest.hash(.sha256, Array(bytes[200..<200 + rowCount]))), "\(count), \(rowCount)")
            }
        }
    }

    /// However the bytes are cut, and whether a chunk has more rows, fewer or none.
    @Test func cutsMakeNoDifference() throws {
        let random = ManualRandom(seed: 10)
        let bytes = random.bytes(2000)
        for _ in 0..<300 {
            var chunks: [Range<Int>] = []
            var rows: [[Range<Int>]] = []
            var start = 0
            var row = 0
            while start < bytes.count {
                let end = min(bytes.count, start + 1 + Int(random.next() % 400))
                chunks.append(start..<end)
                start = end
                var pieces: [Range<Int>] = []
                for _ in 0..<random.next() % 4 {
                    let next = min(bytes.count, row + Int(random.next() % 200))
                    pieces.append(row..<next)
                    row = next
                }
                rows.append(pieces)
            }
            let (archive, table) = try hashes(bytes, chunks: chunks, rows: rows, allowsLanes: true)
            #expect(archive == (try Digest.hash(.sha256, bytes)))
            #expect(table == (try Digest.hash(.sha256, Array(bytes[..<row]))))
        }
    }

    @Test func eachTableBeginsAnew() throws {
        let hashes = try ArchiveHashes()
        for text in ["one", "", "two"] {
            let bytes = Array(text.utf8)
            hashes.withChunk(bytes) { hashes.update(rows: UnsafeRawBufferPointer($0)) }
            #expect(try hashes.finishRows() == Digest.hash(.sha256, bytes))
        }
        #expect(try hashes.finishArchive() == Digest.hash(.sha256, Array("onetwo".utf8)))
    }
}
