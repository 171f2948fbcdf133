import EnvSchema
import Testing

@testable import GroundworkEnvSources

@Suite struct ProcessTests {
    private struct PathEnv: EnvSchema {
        @Env("PATH", help: "Programs") var path: String
    }

    private func entries(_ texts: [UInt8]...) -> OpenSource {
        var entries = ProcessEntries()
        for text in texts { text.withUnsafeBytes { entries.add($0) } }
        return .process(entries)
    }

    private func text(_ name: String, in source: OpenSource) -> String? {
        guard case .text(let text, _)? = source.lookup(name) else { return nil }
        return text
    }

    @Test func readsTheRealEnvironment() throws {
        let load = try PathEnv.resolve(mode: .test)
        #expect(load.values.path.contains("/"))
        #expect(load.explain("PATH")?.origin == .process)
    }

    @Test func splitsAtTheFirstEqualsSign() {
        #expect(text("A", in: entries(Array("A=b=c".utf8))) == "b=c")
        #expect(text("A", in: entries(Array("A=".utf8))) == "")
    }

    @Test func entriesWithoutNameOrEqualsSignAreLeftOut() {
        #expect(entries(Array("A".utf8), Array("=B".utf8), [], [0xFF, 0x3D, 0x41]).names.isEmpty)
    }

    @Test func theFirstOfTwoEntriesWinsAsInGetenv() {
        let source = entries(Array("A=1".utf8), Array("A=2".utf8))
        #expect(text("A", in: source) == "1")
        #expect(source.remarks.map(\.name) == ["A"])
    }

    @Test func aValueThatIsNotUTF8IsUnreadableAndNotRepaired() {
        let source = entries([0x41, 0x3D, 0x61, 0xFF, 0x62])
        guard case .unreadable(let reason, let origin)? = source.lookup("A") else {
            Issue.record("the value was taken for text")
            return
        }
        #expect(reason == "is not valid UTF-8")
        #expect(origin == .process)
    }
}
