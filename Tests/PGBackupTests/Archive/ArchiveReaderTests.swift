import GroundworkCore
import GroundworkCrypto
import GroundworkTesting
import Testing

@testable import PGBackup

@Suite struct ArchiveReaderTests {
    private struct Reading: Equatable {
        var cuts: [Int] = []
        var index: ArchiveIndex?
        var outcome: ArchiveOutcome
    }

    private func read(_ bytes: [UInt8], chunk: Int = .max) throws -> Reading {
        let reader = try ArchiveReader(hashes: true)
        var cuts: [Int] = []
        var start = 0
        while start < bytes.count {
            let piece = Array(bytes[start...].prefix(chunk))
            for cut in reader.feed(piece) {
                #expect((0...piece.count).contains(cut))
                cuts.append(start + cut)
            }
            start += piece.count
        }
        return Reading(cuts: cuts, index: reader.index, outcome: reader.finish())
    }

    @Test func theWholeArchiveIsHashedWhetherItIsUnderstoodOrNot() throws {
        let (sample, headLength) = ArchiveBuilder.sample(minor: 14)
        var broken = sample
        broken[headLength] = 9
        for bytes in [sample, broken, Array("no archive at all".utf8), []] {
            for size in [1, 7, 64, 4096] {
                let reader = try ArchiveReader(hashes: true)
                for start in stride(from: 0, to: bytes.count, by: size) {
                    _ = reader.feed(Array(bytes[start...].prefix(size)))
                }
                #expect(try reader.sha256() == Digest.hash(.sha256, bytes))
            }
        }
        #expect(try ArchiveReader().sha256() == nil)
    }

    private func fault(_ bytes: [UInt8]) throws -> ArchiveFault.Code? {
        if case .opaque(let fault) = try read(bytes).outcome { fault.code } else { nil }
    }

    @Test(arguments: [14, 15, 16])
    func aWholeArchiveIsIndexed(_ minor: Int) throws {
        let (bytes, headLength) = ArchiveBuilder.sample(minor: minor)
        let reading = try read(bytes)
        #expect(reading.outcome == .complete)
        let index = try #require(reading.index)
        #expect(index.header.formatMinor == minor)
        #expect(index.header.database == "db")
        #expect(index.header.serverVersion == "15.20 (Debian 15.20-0+deb12u1)")
        #expect(index.header.dumpVersion == "15.20")
        #expect(index.headLength == Int64(headLength))
        #expect(index.entries.map(\.id) == [2, 9, 12, 11, 15, 14, 20])
        #expect(index.entries[1].name == "a\"b.c\nd")
        #expect(index.entries[2].copyStatement == "COPY public.a (x) FROM stdin;\n")
        #expect(index.entries[2].schema == "public")
        #expect(index.entries[2].oid == "10012")
        #expect(index.blocks.map(\.entryID) == [12, 11, 15, 14])
        #expect(index.blocks.map(\.rows) == [6, 0, nil, 1])
        #expect(index.blocks.map(\.largeObjects) == [nil, nil, 5, nil])
        #expect(index.blocks[0].sha256 == (try Digest.hash(.sha256, Array("1\tone\n1234\n\\\\.\n\\N\n\né\n".utf8))))
        #expect(index.blocks[1].sha256 == (try Digest.hash(.sha256, [])))
        #expect(index.blocks.map(\.payloadBytes) == [27, 5, 14, 7])
        // An empty table's block has 21 bytes.
        #expect(index.blocks[1].range.count == 21)
        // The blocks lie one behind the other from the head to the end, and the cuts are their borders.
        #expect(reading.cuts == [headLength] + index.blocks.map { Int($0.range.upperBound) })
        #expect(index.blocks[0].range.lowerBound == Int64(headLength))
        #expect(reading.cuts.last == bytes.count)
    }

    @Test func splitsChangeNothing() throws {
        for minor in [14, 16] {
            let bytes = ArchiveBuilder.sample(minor: minor).bytes
            let whole = try read(bytes)
            for chunk in 1...70 { #expect(try read(bytes, chunk: chunk) == whole, "chunks of \(chunk)") }
            // Every single split in two.
            for split in 1..<bytes.count {
                let reader = try ArchiveReader(hashes: true)
                let cuts = reader.feed(Array(bytes[..<split])) + reader.feed(Array(bytes[split...])).map { $0 + split }
                let reading = Reading(cuts: cuts, index: reader.index, outcome: reader.finish())
                if reading != whole {
                    Issue.record("split at \(split)")
                    return
                }
            }
        }
    }

    @Test func everyCutIsIncomplete() throws {
        let bytes = ArchiveBuilder.sample().bytes
        for length in 0..<bytes.count {
            guard case .incomplete(let place) = try read(Array(bytes[..<length])).outcome else {
                Issue.record("cut at \(length)")
                return
            }
            #expect(place.hasPrefix("it ends "))
        }
    }

    @Test func anArchiveWithoutDataIsComplete() throws {
        var archive = ArchiveBuilder()
        archive.contents([ArchiveBuilder.Entry(id: 1)])
        #expect(try read(archive.bytes).outcome == .complete)
        #expect(try read(archive.bytes).cuts == [archive.bytes.count])
        archive = ArchiveBuilder()
        archive.contents([])
        #expect(try read(archive.bytes).outcome == .complete)
    }

    @Test func bytesBehindTheEndAreNoticed() throws {
        let bytes = ArchiveBuilder.sample().bytes
        #expect(try fault(bytes + [UInt8](repeating: 0, count: 6)) == .trailingBytes)
        #expect(try fault(bytes + bytes) == .trailingBytes)
        // Fewer than the beginning of a block.
        #expect(try read(bytes + [1]).outcome != .complete)
    }

    @Test func whatIsNotKnownIsOpaqueForItsReason() throws {
        func head(_ archive: ArchiveBuilder) -> [UInt8] { archive.bytes }
        #expect(try fault(Array("plain text, no archive".utf8)) == .notAnArchive)
        #expect(try fault(head(ArchiveBuilder(minor: 13))) == .unsupportedVersion)
        #expect(try fault(head(ArchiveBuilder(minor: 17))) == .unsupportedVersion)
        #expect(try fault(head(ArchiveBuilder(major: 2))) == .unsupportedVersion)
        #expect(try fault(head(ArchiveBuilder(sizes: (8, 8)))) == .unsupportedLayout)
        #expect(try fault(head(ArchiveBuilder(sizes: (4, 4)))) == .unsupportedLayout)
        #expect(try fault(head(ArchiveBuilder(format: 3))) == .unsupportedLayout)
        for compression in [-1, 1, 6, 9] {
            #expect(try fault(head(ArchiveBuilder(compression: compression))) == .compressed)
        }
        for compression in 1...3 {
            #expect(try fault(head(ArchiveBuilder(minor: 16, compression: compression))) == .compressed)
        }
        // The bytes go on being counted, and nothing is cut any more.
        let reader = try ArchiveReader()
        #expect(reader.feed(Array("no archive".utf8)) == [])
        #expect(reader.feed([1, 2, 3]) == [])
        #expect(reader.offset == 13)
    }

    @Test func blocksMustComeAsTheContentsSay() throws {
        let entries = [
            ArchiveBuilder.Entry(id: 1, kind: "TABLE DATA", hasData: true),
            ArchiveBuilder.Entry(id: 2, kind: "BLOBS", hasData: true),
        ]
        var archive = ArchiveBuilder()
        archive.contents(entries)
        let head = archive
        archive.table(2, rows: [])
        #expect(try fault(archive.bytes) == .malformed)
        archive = head
        archive.largeObjects(1, [])
        #expect(try fault(archive.bytes) == .malformed)
        archive = head
        archive.table(1, rows: [])
        archive.table(2, rows: [])
        #expect(try fault(archive.bytes) == .malformed)
        archive = head
        archive.table(1, rows: [])
        archive.largeObjects(2, [])
        #expect(try read(archive.bytes).outcome == .complete)
    }

    @Test func impossibleNumbersAreRefusedAtOnce() throws {
        func archive(_ build: (inout ArchiveBuilder) -> Void) -> [UInt8] {
            var archive = ArchiveBuilder()
            build(&archive)
            return archive.bytes
        }
        #expect(try fault(archive { $0.int(-1) }) == .malformed)
        #expect(try fault(archive { $0.int(2_000_001) }) == .limitExceeded)
        #expect(try fault(archive { $0.bytes += [2, 0, 0, 0, 0] }) == .malformed)
        #expect(try fault(archive { $0.bytes += [0, 0xFF, 0xFF, 0xFF, 0xFF] }) == .malformed)
        // A string of 2 GiB, of 65 MiB, of -2 bytes.
        for (length, code) in [
            (Int(Int32.max), ArchiveFault.Code.limitExceeded), (65 << 20, .limitExceeded), (-2, .malformed),
        ] {
            let bytes = archive {
                $0.int(1)
                $0.int(1)
                $0.int(0)
                $0.int(length)
            }
            #expect(try fault(bytes) == code)
        }
        let twice = archive { $0.contents([.init(id: 1), .init(id: 1)]) }
        #expect(try fault(twice) == .malformed)
        let dependency = archive { $0.contents([.init(id: 1, dependencies: ["x"])]) }
        #expect(try fault(dependency) == .malformed)
        let chunk = archive {
            $0.contents([.init(id: 1, kind: "TABLE DATA", hasData: true)])
            $0.bytes += [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x50]
        }
        #expect(try fault(chunk) == .malformed)
    }

    @Test func rowsAreUnknownWithoutTheTerminator() throws {
        for rows in [["INSERT INTO a VALUES (1);", ""], ["1234"], ["\\.", "x"]] {
            var archive = ArchiveBuilder()
            archive.contents([.init(id: 1, kind: "TABLE DATA", hasData: true)])
            archive.table(1, rows: rows, terminated: false)
            let reading = try read(archive.bytes)
            #expect(reading.outcome == .complete)
            #expect(reading.index?.blocks[0].rows == nil)
            #expect(reading.index?.blocks[0].sha256 == nil)
        }
        // Something that looks like the terminator and is not the last chunk.
        var archive = ArchiveBuilder()
        archive.contents([.init(id: 1, kind: "TABLE DATA", hasData: true)])
        archive.table(1, rows: ["\\.\n\n", "abcd"])
        let block = try #require(try read(archive.bytes).index?.blocks[0])
        #expect(block.rows == 4)
        #expect(block.sha256 == (try Digest.hash(.sha256, Array("\\.\n\n\nabcd\n".utf8))))
    }

    @Test func mutationsGiveAnOutcomeAndNothingElse() throws {
        let random = ManualRandom(seed: 77)
        let sample = ArchiveBuilder.sample(minor: 16).bytes
        var opaque = 0
        for _ in 0..<20_000 {
            var bytes = sample
            for _ in 0...random.next() % 3 {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 4 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes[place] ^= 1 << UInt8(random.next() % 8)
                case 2: bytes.remove(at: place)
                default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
                }
            }
            let reading = try read(bytes, chunk: 1 + Int(random.next() % 300))
            if case .opaque = reading.outcome { opaque += 1 }
            #expect(zip(reading.cuts, reading.cuts.dropFirst()).allSatisfy { $0 < $1 })
        }
        #expect((4000...18_000).contains(opaque), "\(opaque) of 20,000 were refused")
    }

    @Test func aLongRowIsNotHeld() throws {
        var archive = ArchiveBuilder()
        archive.contents([.init(id: 1, kind: "TABLE DATA", hasData: true)])
        let reader = try ArchiveReader(hashes: true)
        _ = reader.feed(archive.bytes)
        archive.bytes = []
        archive.bytes.append(1)
        archive.int(1)
        archive.int(20 << 20)
        _ = reader.feed(archive.bytes)
        let digest = try Digest(.sha256)
        for number in 0..<20 {
            var part = [UInt8](repeating: UInt8(65 + number), count: 1 << 20)
            if number == 19 { part[part.count - 1] = 0x0A }
            digest.update(part)
            #expect(reader.feed(part) == [])
        }
        archive.bytes = []
        archive.chunk(Array("\\.\n\n\n".utf8))
        archive.int(0)
        #expect(reader.feed(archive.bytes) == [15])
        #expect(reader.finish() == .complete)
        #expect(reader.index?.blocks[0].rows == 1)
        #expect(reader.index?.blocks[0].sha256 == (try digest.finalize()))
    }
}
