import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import Testing

@Suite struct TextCodingTests {
    /// Byte strings of 0 to 99 bytes, and all single bytes.
    private func samples() -> [[UInt8]] {
        let random = ManualRandom(seed: 3)
        return (0..<100).map { random.bytes($0) } + (0...255).map { [UInt8($0)] }
    }

    private func python(_ expression: String, _ lines: [String]) async throws -> [String] {
        let script =
            "import sys, base64, binascii\nfor line in sys.stdin:\n    b = bytes.fromhex(line.strip())\n    print(\(expression))"
        let input = Array((lines.joined(separator: "\n") + "\n").utf8)
        let output = try await ChildProcess.output(of: "python3", ["-c", script], input: input)
        return String(decoding: output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().map(String.init)
    }

    @Test func base64AndHexAgreeWithPython() async throws {
        let samples = samples()
        let hex = samples.map { Hex.encode($0) }
        #expect(hex == samples.map { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() })
        #expect(try await python("b.hex()", hex) == hex)
        #expect(try await python("b.hex().upper()", hex) == samples.map { Hex.encode($0, uppercase: true) })
        let standard = try await python("base64.b64encode(b).decode()", hex)
        #expect(standard == samples.map { Base64.encode($0) })
        let url = try await python("base64.urlsafe_b64encode(b).decode().rstrip('=')", hex)
        #expect(url == samples.map { Base64.encodeURL($0) })
        for (index, bytes) in samples.enumerated() {
            #expect(Base64.decode(standard[index]) == bytes)
            #expect(Base64.decodeURL(url[index]) == bytes)
            #expect(Hex.decode(hex[index]) == bytes)
            #expect(Hex.decode(Hex.encode(bytes, uppercase: true)) == bytes)
        }
    }

    @Test(arguments: [
        "A", "AA", "AAA", "AA=", "A===", "AA==A", "AA==AAAA", "====", "=", "AB==", "AAB=", "AA A", "AAAA\n", "AA-_",
        "AAA*", "äAAA", "AAAAA", "AA=A",
    ])
    func refusesWhatIsNotCanonicalBase64(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["A", "AB", "AAB", "AA==", "AA+/", "AAAAA", "AA A"])
    func refusesWhatIsNotCanonicalURLBase64(_ text: String) {
        #expect(Base64.decodeURL(text) == nil)
    }

    @Test(arguments: ["0", "0g", "0x10", " 00", "00 ", "１1"])
    func refusesWhatIsNotHex(_ text: String) {
        #expect(Hex.decode(text) == nil)
    }

    @Test func asciiHelpersWorkOnBytes() {
        #expect(" \t\r\n a b \n".trimmingASCIIWhitespace() == "a b")
        #expect("\u{A0}a\u{A0}".trimmingASCIIWhitespace() == "\u{A0}a\u{A0}")
        #expect(" a\r\nb\tc ".removingASCIIWhitespace() == "abc")
        #expect("ÄBC".lowercasedASCII() == "Äbc")
        #expect(#"a\nb\r\\n\x\"#.unescapingLineEnds() == "a\nb\r\\\n\\x\\")
        #expect("a\r\nb".firstRange(of: "\n") != nil)
        #expect("abab".firstRange(of: "bab").map { "abab"[$0] } == "bab")
        #expect("aab".firstRange(of: "ab").map { "aab"[$0] } == "ab")
        #expect("abc".firstRange(of: "abcd") == nil)
        #expect("abc".firstRange(of: "")?.isEmpty == true)
        #expect("e\u{301}".firstRange(of: "\u{E9}") == nil)
    }
}
