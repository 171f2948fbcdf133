import EnvSchemaAudit
import GroundworkTestProcesses
import Testing

@Suite struct ShellTextTests {
    @Test(arguments: ["a b", "it's", "'\u{301}; echo x; '\u{301}", "$(x) `y` \"z\"", "\\", "a;b|c&d", ""])
    func shellReadsTheWordBack(_ text: String) async throws {
        let word = try #require(ShellText.word(text))
        let output = try await ChildProcess.output(of: "/bin/sh", ["-c", "printf %s \(word)"])
        #expect(String(decoding: output, as: UTF8.self) == text)
    }

    @Test(arguments: ["-n", "-\u{301}x"]) func textThatWouldBeAnOptionIsNoWord(_ text: String) {
        #expect(ShellText.word(text) == nil)
    }
}
