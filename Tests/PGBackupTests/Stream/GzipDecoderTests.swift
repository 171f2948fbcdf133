import CGroundworkZlib
import GroundworkTestProcesses
import GroundworkTesting
import Testing

@testable import PGBackup

@Suite struct GzipDecoderTests {
    /// Decodes chunks; gives the contents, or the error with what came before it.
    private func decode(
        _ bytes: [UInt8],
        chunk: Int = .max,
        output: Int = 256 << 10,
        limit: Int64 = .max
    ) -> (contents: [UInt8], error: GzipError?, decoder: GzipDecoder?) {
        var contents: [UInt8] = []
        do throws(GzipError) {
            let decoder = try GzipDecoder(limit: limit, chunkSize: output)
            var start = 0
            while start < bytes.count {
                let piece = Array(bytes[start...].prefix(chunk))
                start += piece.count
                decoder.feed(piece)
                while let part = try decoder.next() {
                    #expect(!part.isEmpty && part.count <= output)
                    contents += part
                }
            }
            try decoder.finish()
            return (contents, nil, decoder)
        } catch {
            return (contents, error, nil)
        }
    }

    private func member(_ bytes: [UInt8]) throws -> [UInt8] {
        try MemberDeflater(level: 1).member(of: [bytes[...]]).bytes
    }

    @Test func readsWhatOtherProgramsWrite() async throws {
        let bytes = DumpText.rows(30_000)
        for (program, arguments) in [("gzip", ["-c"]), ("gzip", ["-1c"]), ("pigz", ["-p2", "-c"]), ("pigz", ["-ic9"])] {
            let stream = try await ChildProcess.output(of: program, arguments, input: bytes)
            let result = decode(stream + stream, chunk: 10_000)
            let isTwice = result.contents == bytes + bytes
            #expect(isTwice, "\(program)")
            #expect(result.error == nil)
            #expect(result.decoder?.members == 2)
            #expect(result.decoder?.inputBytes == Int64(2 * stream.count))
            #expect(result.decoder?.outputBytes == Int64(2 * bytes.count))
        }
    }

    @Test func readsHeadersWithEveryField() async throws {
        // Name, comment, extra field and header check, written by Python, which knows nothing of our code.
        let script = """
            import sys, zlib, struct
            data = sys.stdin.buffer.read()
            out = sys.stdout.buffer
            for flags in range(32):
                if flags & 1 and flags == 1: pass
                head = bytes([31, 139, 8, flags, 1, 2, 3, 4, 2, 255])
                if flags & 4: head += struct.pack('<H', 300) + bytes(300)
                if flags & 8: head += b'name.txt' + bytes(1)
                if flags & 16: head += b'comment ' * 40 + bytes(1)
                if flags & 2: head += struct.pack('<H', zlib.crc32(head) & 0xffff)
                c = zlib.compressobj(6, zlib.DEFLATED, -15)
                out.write(head + c.compress(data) + c.flush() + struct.pack('<II', zlib.crc32(data), len(data)))
            """
        let bytes = DumpText.rows(100)
        let stream = try await ChildProcess.output(of: "python3", ["-c", script], input: bytes)
        for chunk in [1, 2, 10, 11, 1000, .max] {
            let result = decode(stream, chunk: chunk)
            #expect(result.error == nil)
            let isWhole = result.contents == Array(repeating: bytes, count: 32).flatMap { $0 }
            #expect(isWhole)
        }
    }

    @Test func chunkSizesChangeNothing() throws {
        let bytes = DumpText.rows(300)
        let stream = try member(bytes) + member([]) + member([7]) + member(bytes)
        for chunk in [1, 2, 3, 7, 17, 18, 19, 1000, .max] {
            for output in [1, 2, 100, 65_536] {
                let result = decode(stream, chunk: chunk, output: output)
                let isWhole = result.contents == bytes + [7] + bytes
                #expect(isWhole, "\(chunk) in, \(output) out")
                #expect(result.decoder?.members == 4)
            }
        }
    }

    @Test func everyCutIsTruncated() throws {
        let first = try member(DumpText.rows(20))
        let stream = try first + member(DumpText.rows(30, seed: 2))
        for length in 0..<stream.count {
            let result = decode(Array(stream[..<length]), chunk: 50)
            // A cut between members is a whole stream: the framing cannot know.
            if length == first.count {
                #expect(result.error == nil)
            } else {
                #expect(result.error?.code == .truncated, "cut at \(length)")
            }
        }
    }

    @Test func everyBitFlipIsNoticedOrHarmless() throws {
        let bytes = DumpText.rows(10)
        let stream = try member(bytes) + member(bytes)
        for bit in 0..<stream.count * 8 {
            var damaged = stream
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let result = decode(damaged, limit: 1 << 20)
            // The text flag, time, hint and system in the header mean nothing, nor do the bits that fill up the last
            // byte before the trailer; everything else is covered by the checks.
            if result.error == nil {
                let length = stream.count / 2
                let place = bit / 8 % length
                #expect((3..<10).contains(place) || place == length - 9, "bit \(bit), byte \(place) of \(length)")
                let isUnchanged = result.contents == bytes + bytes
                #expect(isUnchanged, "bit \(bit) changed the contents")
            }
        }
    }

    @Test func errorsTellKindAndPlace() throws {
        let good = try member([1, 2, 3])
        let cases: [([UInt8], GzipError.Code, Int64)] = [
            ([], .truncated, 0), (Array("hello, world".utf8), .corrupt, 0), ([0x1F, 0x8C] + good, .corrupt, 0),
            (good + [0], .trailingGarbage, 0), (good + [0x1F, 0], .trailingGarbage, Int64(good.count)),
            (good + Array("garbage".utf8), .trailingGarbage, 0), (good + [0x1F, 0x8B], .truncated, Int64(good.count)),
            (good.dropLast(8) + [0, 0, 0, 0, 3, 0, 0, 0], .corrupt, 0),
            (good.dropLast(4) + [4, 0, 0, 0], .corrupt, 0),
        ]
        for (stream, code, member) in cases {
            let error = decode(stream).error
            #expect(error?.code == code, "\(error as Any) for \(stream)")
            #expect(error?.memberOffset == member, "\(error as Any)")
        }
    }

    @Test func anErrorStays() throws {
        let decoder = try GzipDecoder()
        decoder.feed(Array("no gzip".utf8))
        let first = try #require(throws: GzipError.self) { try decoder.next() }
        decoder.feed(try member([1]))
        #expect(throws: first) { try decoder.next() }
        #expect(throws: first) { try decoder.finish() }
    }

    @Test func contentsAreBounded() throws {
        // 64 MiB of zeros in 64 KiB.
        let bomb = try member([UInt8](repeating: 0, count: 64 << 20))
        let result = decode(bomb, output: 1000, limit: 5000)
        #expect(result.error?.code == .tooLong)
        #expect(result.contents.count <= 5000)
        #expect(decode(try member([1, 2, 3]), limit: 3).error == nil)
    }
}
