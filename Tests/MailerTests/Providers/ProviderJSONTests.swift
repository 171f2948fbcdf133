import FoundationEssentials
import GroundworkCore
import GroundworkHTTP
import Testing

@testable import Mailer

@Suite struct ProviderJSONTests {
    private static let texts = [
        "{}", "[]", "null", "true", "\"\"", "0", "-0", "1.5e10", "[1,2,3]", "{\"a\":{\"b\":[null,true,\"x\"]}}",
        "{\"a\":1,\"a\":2}", "\"\\u00e9\\ud83d\\ude42\\n\\/\"", " [ 1 , 2 ] ", "[1,]", "{\"a\":}", "{a:1}", "01", "1.",
        ".5",
        "+1", "nul", "\"\u{1}\"", "\"\\x\"", "[1 2]", "{\"a\" 1}", "[", "\"abc", "", " ", "[]]", "{\"a\":1}}",
        "\"\\u12\"",
        "NaN", "'a'", "1e", "-", "[\"a\",\"b\"", "tru", "{\"\":0}", "\"\u{7F}\"",
    ]

    @Test func whatIsReadAndRefusedIsWhatPythonReadsAndRefuses() async throws {
        let script = """
            import json, sys
            def bad(x): raise ValueError(x)
            out = []
            for text in json.load(sys.stdin):
                try: out.append(json.dumps(json.loads(text, parse_constant=bad), sort_keys=True))
                except ValueError: out.append(None)
            json.dump(out, sys.stdout)
            """
        let theirs = try await MailReaders.python(script, Self.texts, as: [String?].self)
        for (text, canonical) in zip(Self.texts, theirs) {
            let mine = try? JSONValue(parsing: Array(text.utf8))
            let wanted = try canonical.map { try JSONValue(parsing: Array($0.utf8)) }
            #expect((mine == nil) == (wanted == nil), "\(text)")
            if case .number = mine { continue }
            #expect(mine == wanted || text == "1.5e10", "\(text)")
        }
    }

    @Test func boundsHold() throws {
        var bounds = JSONBounds()
        bounds.depth = 8
        bounds.values = 20
        bounds.bytes = 1000
        let nested = { (depth: Int) in
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(8), bounds: bounds) }
        #expect(throws: JSONFault.self) { try JSONValue(parsing: nested(9), bounds: bounds) }
        #expect(throws: JSONFault.self) { try JSONValue(parsing: nested(400), bounds: bounds) }
        let many = Array("[\(Array(repeating: "1", count: 20).joined(separator: ","))]".utf8)
        #expect(throws: JSONFault.self) { try JSONValue(parsing: many, bounds: bounds) }
        #expect(throws: JSONFault.self) {
            try JSONValue(parsing: [UInt8](repeating: 0x20, count: 1001), bounds: bounds)
        }
        #expect(throws: JSONFault.self) { try JSONValue(parsing: [UInt8](repeating: 0x5B, count: 1 << 20)) }
    }

    @Test func damagedTextIsKeptAsFarAsItGoes() throws {
        #expect(try JSONValue(parsing: Array(#""\ud83d""#.utf8)).string == "\u{FFFD}")
        #expect(try JSONValue(parsing: Array(#""\ude42x\ud83d\u0041""#.utf8)).string == "\u{FFFD}x\u{FFFD}A")
        #expect(try JSONValue(parsing: [0x22, 0xFF, 0x22]).string == "\u{FFFD}")
    }

    @Test func everyTextThatIsWrittenReadsTheSameInPython() async throws {
        var json = JSONWriter()
        let texts =
            Samples.texts + Samples.subjects + Samples.fileNames + [
                String((0..<0x2100).compactMap { Unicode.Scalar($0) }.map(Character.init))
            ]
        json.array(texts) { $0.string($1) }
        let script = "import json, sys\nt = json.load(sys.stdin)\njson.dump(json.loads(t), sys.stdout)"
        let written = String(decoding: try #require(json.bytesInMemory), as: UTF8.self)
        let theirs = try await MailReaders.python(script, written, as: [String].self)
        let isSame = theirs.map { Array($0.unicodeScalars) } == texts.map { Array($0.unicodeScalars) }
        #expect(isSame)
    }

    @Test(arguments: [1, 2, 3, 7, 1000, 49_151, 49_152, 49_153, 200_000])
    func piecesOfAnySizeGiveTheSameBase64(_ piece: Int) async throws {
        let content = (0..<150_001).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }
        var json = JSONWriter()
        json.object {
            $0.member("content") { $0.base64(oddBody(content, length: Int64(content.count), piece: piece), "x.bin") }
        }
        let body = json.text.body(limit: nil)
        var bytes: [UInt8] = []
        var largest = 0
        for try await chunk in try body.chunks() {
            largest = max(largest, chunk.count)
            bytes += chunk
        }
        let isSame = bytes == Array("{\"content\":\"\(Data(content).base64EncodedString())\"}".utf8)
        #expect(isSame)
        #expect(body.length == Int64(bytes.count))
        #expect(largest <= 64 << 10)
    }

    @Test func anAttachmentInMemoryOnceReadCanBeSentAgain() throws {
        var json = JSONWriter()
        json.array([HTTPBody.bytes([1]), .bytes([2])]) { $0.base64($1, "x") }
        #expect(json.text.body(limit: nil).isReplayable)
        json.base64(.stream(length: 1, PiecedBytes(bytes: [1], piece: 1)), "y")
        #expect(!json.text.body(limit: nil).isReplayable)
    }
}
