import GroundworkBase
import Testing

@testable import GroundworkEnvModel

@Suite struct EnvPatternTests {
    @Test(arguments: [
        ("a*b", "aaab", true), ("a*b", "b", true), ("a*b", "a", false), ("(ab|cd)+", "abcdab", true),
        ("(ab|cd)+", "abc", false),
        ("[^a-c]{2,3}", "xyz", true), ("[^a-c]{2,3}", "xa", false), ("^re_[A-Za-z0-9]{4}$", "re_aB3d", true),
        ("\\d{4}-\\d\\d", "2026-11", true),
        ("a{0}", "", true), ("(a|b|)c", "c", true), ("[]a]", "a", false), ("[\\]a-]+", "a-]", true),
        ("\\w+\\s\\S", "ab c", true), (".+", "a\nb", false),
        ("x|y$", "x", true), ("(?:a|b)?", "", true), ("a+?", "aaa", true), ("\\u00e9\\x41", "éA", true),
        ("é+", "éé", true), ("", "", true), ("", "a", false),
        ("\\D\\W", "a-", true), ("a$b", "ab", false), ("[\\d.]+", "1.2", true),
    ])
    func patternsMatch(pattern: String, text: String, expected: Bool) throws {
        #expect(try EnvPattern(pattern).matches(text) == expected)
    }

    @Test(arguments: [
        "(", ")", "[a", "a{2,1}", "a**", "*", "(?=a)", "(?<n>a)", "\\1", "\\b", "\\p{L}", "a{", "a{99999}",
        "((a{100}){100}){100}",
        "[z-a]", "\\", "[\\d-z]", "(?i)a", "\\x4", "a{3", "(?",
    ])
    func malformedOrForeignPatternsAreRefused(pattern: String) {
        #expect(throws: TextParsingError.self) { try EnvPattern(pattern) }
    }

    @Test func nestingIsBounded() {
        #expect(throws: TextParsingError.self) { try EnvPattern(String(repeating: "(", count: 1000)) }
        #expect(throws: TextParsingError.self) {
            try EnvPattern(String(repeating: "(((", count: 12) + "a" + String(repeating: "{9}){9}){9})", count: 12))
        }
        #expect(throws: TextParsingError.self) { try EnvPattern(String(repeating: "a", count: 3000)) }
    }

    @Test func aCatastrophicPatternDoesNotHang() throws {
        let pattern = try EnvPattern("(a+)+(a*)*(a|aa)+$")
        let text = String(repeating: "a", count: 20_000) + "!"
        var isMatch = true
        let duration = try ContinuousClock().measure { isMatch = try pattern.matches(text) }
        #expect(!isMatch)
        #expect(duration < .seconds(20))
    }

    @Test func aTextTooLongForItsPatternIsRefused() throws {
        let pattern = try EnvPattern("(a{30}){30}")
        #expect(throws: TextParsingError.self) { try pattern.matches(String(repeating: "a", count: 1_000_000)) }
    }
}
