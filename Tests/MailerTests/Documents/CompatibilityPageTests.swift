import Foundation
import GroundworkCore
import Testing

/// The page on compatibility names the tests that prove each row; a test that is renamed must not leave a claim behind.
@Suite struct CompatibilityPageTests {
    private static let root: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(4)
        return parts.joined(separator: "/")
    }()

    /// Mailer's part of the page.
    private static func lines() throws -> [String] {
        let page = try String(contentsOfFile: "\(root)/Documentation/Compatibility.md", encoding: .utf8)
        let lines = page.components(separatedBy: "\n")
        let start = try #require(lines.firstIndex(of: "## Mailer"))
        let rest = lines[(start + 1)...]
        return Array(rest[..<(rest.firstIndex { $0.hasPrefix("## ") } ?? rest.endIndex)])
    }

    /// The words between backticks.
    private static func code(_ text: some StringProtocol) -> [String] {
        text.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    }

    /// The functions and types of all tests.
    private static func declarations() throws -> Set<String> {
        var names: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: "\(root)/Tests/MailerTests")
        where path.hasSuffix(".swift") {
            let text = try String(contentsOfFile: "\(root)/Tests/MailerTests/\(path)", encoding: .utf8)
            let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
            for (keyword, name) in zip(words, words.dropFirst()) where ["func", "struct"].contains(keyword) {
                names.insert(String(name))
            }
        }
        return names
    }

    @Test func everyTestThatIsNamedIsThere() throws {
        let declared = try Self.declarations()
        let lines = try Self.lines()
        let rows = lines.filter { $0.hasPrefix("| ") }.map { $0.components(separatedBy: " |") }.filter { $0.count == 6 }
        #expect(rows.count > 25)
        var named = Set(rows.flatMap { Self.code($0[4]) })
        named.formUnion(lines.filter { !$0.hasPrefix("|") }.flatMap(Self.code).filter { $0.hasSuffix("Tests") })
        named.insert("everyTestThatIsNamedIsThere")
        #expect(named.count > 25)
        #expect(named.subtracting(declared).sorted() == [])
    }

    @Test func whatWasRunNamesItsTestAndWhatWasNotSaysSo() throws {
        for line in try Self.lines() where line.hasPrefix("| ") {
            let cells = line.components(separatedBy: " |")
            guard cells.count == 6, cells[2].contains("**") else { continue }
            #expect(!cells[2].contains("**yes**") || !Self.code(cells[4]).isEmpty, "\(line)")
        }
    }
}
