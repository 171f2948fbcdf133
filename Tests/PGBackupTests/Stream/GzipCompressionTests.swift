import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import Testing

@testable import PGBackup

/// Chunks with cuts, as a sequence.
struct InputChunks: AsyncSequence, Sendable {
    let chunks: [GzipInput]
    var failure: (any Error)?
    var taken = Locked(0)

    struct AsyncIterator: AsyncIteratorProtocol {
        let source: InputChunks
        var index = 0

        mutating func next() async throws -> GzipInput? {
            defer { index += 1 }
            guard index < source.chunks.count else {
                if let failure = source.failure { throw failure }
                return nil
            }
            source.taken.withLock { $0 += 1 }
            return source.chunks[index]
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: self) }

    static func of(_ bytes: [UInt8], chunk: Int) -> InputChunks {
        InputChunks(
            chunks: stride(from: 0, to: bytes.count, by: chunk).map { GzipInput(Array(bytes[$0...].prefix(chunk))) }
        )
    }
}

enum DumpText {
    /// Rows as COPY writes them: numbers, words, dates.
    static func rows(_ count: Int, seed: UInt64 = 9) -> [UInt8] {
        let random = ManualRandom(seed: seed)
        let words = ["alpha", "beta", "gamma", "delta", "epsilon", "\\N", "zeta eta theta", "2026-11-22 10:00:00+00"]
        var text: [UInt8] = []
        for row in 0..<count {
            let word = random.next()
            text += Array(
                "\(row)\t\(word % 100_000)\t\(words[Int(word >> 40) % 8])\t\(words[Int(word >> 50) % 8])\n".utf8
            )
        }
        return text
    }
}

@Suite struct GzipCompressionTests {
    private struct Failure: Error {}

    private func members(_ compression: GzipCompression) async throws -> [GzipMember] {
        var members: [GzipMember] = []
        for try await member in compression { members.append(member) }
        return members
    }

    private func decode(_ bytes: [UInt8]) throws -> [UInt8] {
        let decoder = try GzipDecoder()
        decoder.feed(bytes)
        var result: [UInt8] = []
        while let chunk = try decoder.next() { result += chunk }
        try decoder.finish()
        return result
    }

    @Test func otherProgramsReadTheWholeAndEachMember() async throws {
        let bytes = DumpText.rows(60_000) + ManualRandom(seed: 1).bytes(300_000) + [UInt8](repeating: 0, count: 400_000)
        for level in [1, 6, 9] {
            let compression = GzipCompression(.of(bytes, chunk: 100_000), level: level, width: 2, memberSize: 500_000)
            let members = try await members(compression)
            #expect(members.count == (bytes.count + 499_999) / 500_000)
            let whole = members.flatMap(\.bytes)
            let readByGunzip = try await ChildProcess.output(of: "gunzip", ["-c"], input: whole) == bytes
            #expect(readByGunzip)
            let readByPigz = try await ChildProcess.output(of: "pigz", ["-dc"], input: whole) == bytes
            #expect(readByPigz)
            let python = "import sys, gzip; sys.stdout.buffer.write(gzip.decompress(sys.stdin.buffer.read()))"
            let readByPython = try await ChildProcess.output(of: "python3", ["-c", python], input: whole) == bytes
            #expect(readByPython)
            let readByDecoder = try decode(whole) == bytes
            #expect(readByDecoder)
            // A range of members is read alone.
            let some = members[1...2].flatMap(\.bytes)
            let range = Int(members[1].inputRange.lowerBound)..<Int(members[2].inputRange.upperBound)
            let rangeIsReadAlone =
                try await ChildProcess.output(of: "gunzip", ["-c"], input: some) == Array(bytes[range])
            #expect(rangeIsReadAlone)
        }
    }

    @Test func offsetsAndStatisticsAddUp() async throws {
        let bytes = DumpText.rows(20_000)
        let compression = GzipCompression(.of(bytes, chunk: 7777), memberSize: 50_000)
        var input: Int64 = 0
        var output: Int64 = 0
        for (index, member) in try await members(compression).enumerated() {
            #expect(member.index == index)
            #expect(member.inputOffset == input)
            #expect(member.outputOffset == output)
            input = member.inputRange.upperBound
            output = member.outputRange.upperBound
        }
        #expect(input == Int64(bytes.count))
        var expected = GzipStatistics()
        expected.inputBytes = input
        expected.outputBytes = output
        expected.members = (bytes.count + 49_999) / 50_000
        #expect(compression.statistics == expected)
    }

    @Test func theResultDoesNotDependOnTheChunks() async throws {
        let bytes = DumpText.rows(500)
        let expected = try await members(GzipCompression(.of(bytes, chunk: bytes.count), memberSize: 4000))
        for chunk in [1, 2, 3, 999, 3999, 4000, 4001, 8000] {
            let other = try await members(GzipCompression(.of(bytes, chunk: chunk), width: 3, memberSize: 4000))
            let isSame = other.map(\.bytes) == expected.map(\.bytes)
            #expect(isSame, "chunks of \(chunk)")
        }
    }

    @Test func cutsBeginMembers() async throws {
        let input = InputChunks(chunks: [
            GzipInput([1, 2, 3], cuts: [0, 2]), GzipInput([4, 5]), GzipInput([], cuts: [0]),
            GzipInput([6, 7], cuts: [0, 0, 1, 2]), GzipInput([8], cuts: [1]),
        ])
        let members = try await members(GzipCompression(input))
        #expect(try members.map { try decode($0.bytes) } == [[1, 2], [3, 4, 5], [6], [7], [8]])
    }

    @Test func nothingGivesNoMember() async throws {
        #expect(try await members(GzipCompression(InputChunks(chunks: []))).isEmpty)
        #expect(try await members(GzipCompression(InputChunks(chunks: [GzipInput([])]))).isEmpty)
    }

    @Test func anErrorOfTheInputComesThrough() async throws {
        var input = InputChunks.of(DumpText.rows(1000), chunk: 100)
        input.failure = Failure()
        await #expect(throws: Failure.self) { _ = try await members(GzipCompression(input, memberSize: 1000)) }
    }

    @Test func readingAheadIsBounded() async throws {
        let input = InputChunks(chunks: Array(repeating: GzipInput([UInt8](repeating: 1, count: 1000)), count: 1000))
        let compression = GzipCompression(input, width: 2, memberSize: 1000)
        var iterator = compression.makeAsyncIterator()
        _ = try await iterator.next()
        // The input goes on until width + 2 members wait; one more chunk is in the hands of the task that reads.
        #expect(try await eventually { input.taken.withLock { $0 } == 6 })
        // Nothing but the reader lets it go on.
        for _ in 0..<1000 { await Task.yield() }
        #expect(input.taken.withLock { $0 } == 6)
        var count = 1
        while try await iterator.next() != nil { count += 1 }
        #expect(count == 1000)
    }

    @Test func cancellingTheReaderEndsTheInput() async throws {
        let ended = Locked(false)
        let (began, signal) = AsyncStream.makeStream(of: Void.self)
        let endless = AsyncThrowingStream<GzipInput, any Error> {
            signal.finish()
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                ended.withLock { $0 = true }
                throw error
            }
            return nil
        }
        let reader = Task { try await members(GzipCompression(endless)) }
        for await _ in began {}
        reader.cancel()
        await #expect(throws: CancellationError.self) { _ = try await reader.value }
        #expect(try await eventually { ended.withLock { $0 } })
    }

    @Test func droppingTheSequenceEndsTheInput() async throws {
        let input = InputChunks(chunks: Array(repeating: GzipInput([UInt8](repeating: 1, count: 1000)), count: 1000))
        weak var watched: GzipPipeline?
        do {
            let compression = GzipCompression(input, memberSize: 1000)
            watched = compression.owner.pipeline
            var iterator = compression.makeAsyncIterator()
            _ = try await iterator.next()
        }
        #expect(try await eventually { watched == nil })
        #expect(input.taken.withLock { $0 } < 20)
    }
}

extension AsyncSequence where Self == InputChunks {
    static func of(_ bytes: [UInt8], chunk: Int) -> InputChunks { InputChunks.of(bytes, chunk: chunk) }
}
