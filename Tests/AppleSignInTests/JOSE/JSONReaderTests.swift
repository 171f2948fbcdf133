import AppleSignIn
import GroundworkCore
import GroundworkTestProcesses
import Testing

/// Texts of the kinds that collections of JSON parsing cases hold: what RFC 8259 allows must pass, what it forbids must not.
@Suite struct JSONReaderTests {
    private func accepts(_ bytes: [UInt8]) -> Bool { (try? JSONReader.check(bytes)) != nil }
    private func accepts(_ text: String) -> Bool { accepts(Array(text.utf8)) }

    @Test(arguments: [
        "[]", "{}", "[[]   ]", "[\"\"]", "[\"a\"]", "[false]", "[null, 1, \"1\", {}]", "[null]", "[1\n]", " [1]",
        "[1,null,null,null,2]",
        "[2] ", "null", "true", "false", "42", "-0.1", "\"asd\"", "\"\"", "[true]\n", " [] ", "\t\r\n 7 \t\r\n",
        "[123e65]", "[0e+1]", "[0e1]", "[ 4]",
        "[-0.000000000000000000000000000000000000000000000000000000000000000001]", "[20e1]",
        "[-0]", "[-123]", "[-1]", "[1E22]", "[1E-2]", "[1E+2]", "[123e45]", "[123.456e78]", "[1e-2]", "[1e+2]", "[123]",
        "[123.456789]", "[1.0]", "[0.4e006]", "[123123e100000]", "[-1e+9999]", "[1e-10000]", "[100000000000000000000]",
        "{\"asd\":\"sdf\", \"dfg\":\"fgh\"}", "{\"asd\":\"sdf\"}", "{\"\":0}", "{\"foo\\u0000bar\": 42}",
        "{ \"min\": -1.0e+28, \"max\": 1.0e+28 }", "{\"x\":[{\"id\": \"xxxxxxxxxxxxxxxxxxxx\"}], \"id\": \"y\"}",
        "{\"a\":[]}",
        "{\"title\":\"\\u041f\\u043e\\u043b\\u0442\\u043e\\u0440\\u0430\" }", "{\n\"a\": \"b\"\n}",
        "[\"\\u0060\\u012a\\u12AB\"]", "[\"\\uD801\\udc37\"]", "[\"\\ud83d\\ude39\\ud83d\\udc8d\"]",
        "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\\\u0000\"]", "[\"\\\"\"]", "[\"a/*b*/c/*d//e\"]", "[\"\\\\a\"]",
        "[\"\\\\n\"]",
        "[\"\\u0012\"]", "[\"\\uFFFF\"]", "[\"asd\"]", "[ \"asd\"]", "[\"\\uDBFF\\uDFFF\"]", "[\"new\\u00A0line\"]",
        "[\"\u{10FFFF}\"]", "[\"\u{FFFF}\"]", "[\"\\u0000\"]", "[\"\\u002c\"]", "[\"π\"]", "[\"\u{1BFFF}\"]",
        "[\"asd \"]", "\" \"",
        "[\"\\uD834\\uDd1e\"]", "[\"\\u0821\"]", "[\"\\u0123\"]", "[\"\u{2028}\"]", "[\"\u{2029}\"]",
        "[\"\\u0061\\u30af\\u30EA\\u30b9\"]",
        "[\"new\\u000Aline\"]", "[\"\u{7F}\"]", "[\"\\uA66D\"]", "[\"\\u005C\"]", "[\"⍂㈴⍂\"]", "[\"\\uDBFF\\uDFFE\"]",
        "[\"\\uD83F\\uDFFE\"]", "[\"\\u200B\"]", "[\"\\u2064\"]", "[\"\\uFDD0\"]", "[\"\\uFFFE\"]", "[\"\\u0022\"]",
        "[\"€𝄞\"]",
        "[\"a\u{7F}a\"]", "[\"aa\\n\"]",
    ])
    func whatTheRFCAllowsPasses(text: String) {
        #expect(accepts(text), "\(text)")
    }

    @Test(arguments: [
        "", " ", "[1 true]", "[\"\": 1]", "[\"\"],", "[,1]", "[1,,2]", "[\"x\",,]", "[\"x\"]]", "[\"\",]", "[\"x\"",
        "[x", "[3[4]]",
        "[1:2]", "[,]", "[-]", "[   , \"\"]", "[\"a\",\n4\n,1,", "[1,]", "[*]", "[\"\"", "[1,", "[1,\n1\n,1", "[{}",
        "[fals]", "[nul]",
        "[tru]", "[++1234]", "[+1]", "[+Inf]", "[-01]", "[-1.0.]", "[-2.]", "[-NaN]", "[.-1]", "[.2e-3]", "[0.1.2]",
        "[0.3e+]",
        "[0.3e]", "[0.e1]", "[0E+]", "[0E]", "[0e+]", "[0e]", "[1.0e+]", "[1.0e-]", "[1.0e]", "[1 000.0]", "[1eE2]",
        "[2.e+3]", "[2.e-3]",
        "[2.e3]", "[9.e+]", "[Inf]", "[NaN]", "[\u{FF11}]", "[1+2]", "[0x1]", "[0x42]", "[Infinity]", "[0e+-1]",
        "[-123.123foo]",
        "[-Infinity]", "[-foo]", "[- 1]", "[-012]", "[-.123]", "[-1x]", "[1ea]", "[1.]", "[.123]", "[1.2a-3]",
        "[1.8011670033376514H-308]", "[012]", "[\"x\", truth]", "{[: \"x\"}\n", "{\"x\", null}", "{\"x\"::\"b\"}",
        "{\"x\":\"a\" 123}",
        "{key: 'value'}", "{\"a\":\"a\" 123}", "{\"a\" b}", "{:\"b\"}", "{\"a\" \"b\"}", "{\"a\":", "{\"a\"", "{1:1}",
        "{9999E9999:1}", "{null:null,null:null}", "{\"id\":0,,,,,}", "{'a':0}", "{\"id\":0,}", "{\"a\":\"b\"}/**/",
        "{\"a\":\"b\"}/**//", "{\"a\":\"b\"}//", "{\"a\":\"b\"}/", "{\"a\":\"b\",,\"c\":\"d\"}", "{a: \"b\"}",
        "{\"a\":\"a", "{ \"foo\" : \"bar\", \"a\" }",
        "{\"a\":\"b\"}#", "[\"\\uD800\\\"]", "[\"\\uD800\\u\"]", "[\"\\uD800\\u1\"]", "[\"\\uD800\\u1x\"]", "[é]",
        "[\"\\\u{0}\"]",
        "[\"\\\\\\\"]", "[\"\\x00\"]", "[\"\\\t\"]", "[\"\\🌀\"]", "[\"\\\"]", "[\"\\u00A\"]", "[\"\\uD834\\uDd\"]",
        "[\"\\uD800\\uD800\\x\"]", "[\"\\a\"]",
        "[\"\\uqqqq\"]", "[\\u0020\"asd\"]", "[\\n]", "\"", "['single quote']", "abc", "[\"\\", "[\"a\u{0}a\"]",
        "[\"new\nline\"]", "[\"\t\"]",
        "\"\\UA66D\"", "\"\"x", "<.>", "[<null>]", "[1]x", "[1]]", "[\"asd]", "aå", "[True]", "1]", "{\"x\": true,",
        "[][]", "]",
        "{}}", "{\"\":", "{\"a\":/*comment*/\"b\"}", "{\"a\": true} \"x\"", "['", "[,", "[{", "[\"a", "[\"a\"", "{",
        "{]", "{,", "{[", "{\"a",
        "{'a'", "[\"\\{[\"\\{[\"\\{[\"\\{", "*", "{\"a\":\"b\"}#{}", "[\\u000A\"\"]", "[1", "[ false, nul",
        "[ true, fals", "[ false, tru",
        "{\"asd\":\"asd\"", "å", "\u{2060}", "\u{FEFF}", "\u{FEFF}{}", "[\u{C}]", "[\u{B}]", "[\u{A0}]", "[\u{2028}1]",
        "\u{0}", "123\u{0}",
        "[\"\\uDADA\"]", "[\"\\uD888\\u1234\"]", "[\"\\uDd1ea\"]", "[\"\\ud800\"]", "[\"\\ud800abc\"]", "[\"\\uDFAA\"]",
        "[\"\\uDd1e\\uD834\"]", "[\"\\uD800\\uD800\\n\"]", "nulll", "tru", "TRUE", "[1.5e]", "--1", "- 1", "+0", "00",
        "-00", "0.", "1.e1",
    ])
    func whatTheRFCForbidsIsRefused(text: String) {
        #expect(!accepts(text), "\(text)")
    }

    /// Lone continuations, cut sequences, overlong forms, surrogates, beyond U+10FFFF, Latin-1, UTF-16 with and without mark.
    @Test(
        arguments: [
            [0x5B, 0x22, 0x81, 0x22, 0x5D], [0x5B, 0x22, 0xFF, 0x22, 0x5D], [0x5B, 0x22, 0xE9, 0x22, 0x5D], [0xE5],
            [0x5B, 0x22, 0xC0, 0xAF, 0x22, 0x5D], [0x5B, 0x22, 0xC1, 0xBF, 0x22, 0x5D],
            [0x5B, 0x22, 0xE0, 0x80, 0xAF, 0x22, 0x5D],
            [0x5B, 0x22, 0xE0, 0xFF, 0x22, 0x5D], [0x5B, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x5D],
            [0x5B, 0x22, 0xED, 0xBF, 0xBF, 0x22, 0x5D],
            [0x5B, 0x22, 0xF4, 0xBF, 0xBF, 0xBF, 0x22, 0x5D], [0x5B, 0x22, 0xF0, 0x80, 0x80, 0x80, 0x22, 0x5D],
            [0x5B, 0x22, 0xF8, 0x88, 0x80, 0x80, 0x80, 0x22, 0x5D],
            [0x5B, 0x22, 0xFC, 0x83, 0xBF, 0xBF, 0xBF, 0xBF, 0x22, 0x5D],
            [0x5B, 0x22, 0xC3, 0x22, 0x5D], [0x5B, 0x22, 0xE6, 0x97, 0x22, 0x5D], [0x5B, 0x31, 0xE5, 0x5D],
            [0x5B, 0x31, 0x65, 0x31, 0xE5, 0x5D],
            [0x5B, 0x22, 0x5C, 0xE5, 0x22, 0x5D], [0x5B, 0x22, 0x5C, 0x75, 0xE5, 0x22, 0x5D], [0x5B, 0xFF, 0x5D],
            [0x7B, 0x22, 0xB9, 0x22, 0x3A, 0x31, 0x7D],
            [0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00], [0xFE, 0xFF, 0x00, 0x5B, 0x00, 0x5D], [0x5B, 0x00, 0x5D, 0x00],
            [0xEF, 0xBB, 0xBF], [0xEF, 0xBB],
            [0xEF, 0xBB, 0xBF, 0x7B, 0x7D], [0x5B, 0x22, 0x00, 0x22, 0x5D], [0x5B, 0x22, 0x1F, 0x22, 0x5D],
        ] as [[UInt8]]
    )
    func whatIsNotStrictUTF8IsRefused(bytes: [UInt8]) {
        #expect(!accepts(bytes))
    }

    /// RFC 8259 lets these through and RFC 7515, section 4, does not.
    @Test(arguments: [
        #"{"a":"b","a":"c"}"#, #"{"a":"b","a":"b"}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#,
        #"{"\u0061":1,"\u0061":2}"#,
        #"[{"x":{"y":1,"z":2,"y":3}}]"#, #"{"":0,"":1}"#,
    ])
    func aNameThatStandsTwiceIsRefused(text: String) {
        #expect(!accepts(text))
    }

    @Test(arguments: [
        #"{"a":{"a":{"a":1}}}"#, #"[{"a":1},{"a":2}]"#, #"{"a":{"b":1},"b":{"a":1}}"#, #"{"K":1,"\u212A":2}"#,
        #"{"a":1,"A":2}"#,
        #"{"é":1,"e\u0301":2}"#,
    ])
    func theSameNameInAnotherObjectAndOtherSpellingsPass(text: String) {
        #expect(accepts(text))
    }

    @Test func manyNamesAreToldApart() {
        let names = (0..<256).map { $0 % 3 == 0 ? "\"\\u0061\($0)\":\($0)" : "\"n\($0)\":{\"n\($0)\":1}" }
        #expect(accepts("{" + names.joined(separator: ",") + "}"))
        #expect(!accepts("{" + names.dropLast().joined(separator: ",") + #","\u006e31":1}"#))
        #expect(!accepts("{" + names.dropLast().joined(separator: ",") + #","a30":1}"#))
        #expect(!accepts("{" + (names + ["\"more\":1"]).joined(separator: ",") + "}"))
    }

    @Test func depthIsBounded() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(accepts(nested(16)))
        #expect(!accepts(nested(17)))
        #expect(!accepts(String(repeating: "[", count: 60_000)))
        #expect(!accepts(String(repeating: #"{"a":"#, count: 10_000)))
    }

    @Test func numbersAreReadAsTheyAreWritten() throws {
        func number(_ text: String) throws -> Double? {
            var reader = try JSONReader(Array(text.utf8))
            return try reader.readNumber()
        }
        #expect(try number("1700000000") == 1_700_000_000)
        #expect(try number("-0") == 0)
        #expect(try number("1.5e3") == 1500)
        #expect(try number("0.1") == 0.1)
        #expect(try number("9007199254740993") == 9_007_199_254_740_992)
        #expect(try number("1e400") == nil)
        #expect(try number("-1e400") == nil)
        var reader = try JSONReader(Array("9223372036854775808".utf8))
        #expect(try reader.readInteger() == nil)
    }

    @Test func escapesAreResolved() throws {
        var reader = try JSONReader(Array(#""\"\\\/\b\f\n\r\t\u00e9\u20AC\ud834\udd1e\u0000""#.utf8))
        #expect(try reader.readString() == "\"\\/\u{8}\u{C}\n\r\té€𝄞\u{0}")
    }

    /// Random damage of good texts, judged by Python's reader; the rest must be one of the rules that are stricter here.
    @Test func pythonAgreesAboutDamagedTexts() async throws {
        let program = """
            import json, random, sys
            random.seed(7)
            seeds = ['{"iss":"https://appleid.apple.com","aud":"com.example.app","exp":1700000600,"iat":1.7e9,"x":[true,null,-0.5e-3,{"a":"\\\\u00e9\\\\ud834\\\\udd1e"}],"é":"€"}',
                     '[1,2.5,-3e+7,"a\\\\nb",{},[],[[]],{"k":{"k":{}}}]']
            marks = [b'{', b'}', b'[', b']', b',', b':', b'"', b'\\\\', b'0', b'-', b'.', b'e', b' ', b'\\t', b'\\x00', b'u', b't', b'\\xff', b'\\xc3']
            def strict(pairs):
                if len({k for k, _ in pairs}) != len(pairs): raise ValueError
                return dict(pairs)
            def bad(_): raise ValueError
            for n in range(4000):
                data = bytearray(random.choice(seeds).encode())
                for _ in range(random.choice([1, 1, 2])):
                    at = random.randrange(len(data)); how = random.random()
                    if how < 0.4: data[at:at] = random.choice(marks)
                    elif how < 0.7: del data[at]
                    else: data[at:at + 1] = random.choice(marks)
                try:
                    text = bytes(data).decode('utf-8')
                    if text.startswith('\\ufeff'): raise ValueError
                    value = json.loads(text, object_pairs_hook=strict, parse_constant=bad)
                    json.dumps(value, ensure_ascii=False).encode('utf-8')
                    good = 1
                except (ValueError, RecursionError): good = 0
                print(good, bytes(data).hex())
            """
        let output = try await ChildProcess.output(of: "python3", ["-c", program])
        var count = (good: 0, bad: 0)
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
            let bytes = try #require(Hex.decode(line.dropFirst(2)))
            let isGood = line.first == "1"
            #expect(accepts(bytes) == isGood, "\(String(decoding: bytes, as: UTF8.self))")
            if isGood { count.good += 1 } else { count.bad += 1 }
        }
        #expect(count.good > 200 && count.bad > 500)
    }
}
