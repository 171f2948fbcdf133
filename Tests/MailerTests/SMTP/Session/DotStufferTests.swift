import GroundworkTestProcesses
import GroundworkTesting
import Testing

@testable import Mailer

@Suite struct DotStufferTests {
    static func stuffed(_ bytes: [UInt8], pieces: Int = .max) throws -> [UInt8] {
        var stuffer = DotStuffer()
        var output: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            try stuffer.append(Array(rest.prefix(pieces)), to: &output)
            rest = rest.dropFirst(pieces)
        }
        try stuffer.finish(to: &output)
        return output
    }

    @Test func doublesDotsThatBeginALine() throws {
        #expect(
            try Self.stuffed(Array(".a\r\nb.\r\n..\r\n.\r\n".utf8)) == Array("..a\r\nb.\r\n...\r\n..\r\n.\r\n".utf8)
        )
        #expect(try Self.stuffed([]) == Array(".\r\n".utf8))
        #expect(try Self.stuffed(Array("a".utf8)) == Array("a\r\n.\r\n".utf8))
    }

    @Test func agreesWithPythonHoweverTheContentIsCut() async throws {
        let random = ManualRandom(seed: 7)
        var content: [UInt8] = []
        for _ in 0..<2000 {
            switch random.next() % 4 {
            case 0: content += [0x2E]
            case 1: content += [0x0D, 0x0A]
            case 2: content += [0x0D, 0x0A, 0x2E]
            default: content += [0x61]
            }
        }
        content += [0x0D, 0x0A]
        let script =
            "import sys, smtplib; sys.stdout.buffer.write(smtplib._quote_periods(sys.stdin.buffer.read()) + b'.\\r\\n')"
        let expected = try await ChildProcess.output(of: "python3", ["-c", script], input: content)
        for pieces in [1, 2, 3, 64, 100_000] {
            let isEqual = try Self.stuffed(content, pieces: pieces) == expected
            #expect(isEqual)
        }
    }

    @Test(arguments: [
        "a\n.\nb", "a\n.\r\nb", "a\r.\rb", "a\r\n.\rb", "a\r", "\n", "a\r\r\nb", "\n.\r\nMAIL FROM:<x@y>\r\n",
    ])
    func refusesEverySmugglingSequence(_ text: String) {
        for pieces in [1, 2, 1000] {
            #expect(throws: DotStuffingError.self) { try Self.stuffed(Array(text.utf8), pieces: pieces) }
        }
    }
}
