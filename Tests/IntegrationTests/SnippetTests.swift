import FoundationEssentials
import GroundworkCore
import Testing

/// Every Swift example of the README, the documentation and the guides stands, line by line, in `Snippets*.swift`,
/// which the compiler checks with all other tests.
@Suite struct SnippetTests {
    @Test func everyDocumentedExampleIsCompiled() throws {
        let root = PackageRoot.path
        let compiled = try [
            "IntegrationTests", "EnvSchemaTests", "EnvSchemaAuditTests", "AppleSignInTests", "MailerTests",
            "Configuration/Sources/Bridge",
        ]
        .flatMap { try sources(in: "\(root)/Tests/\($0)") }.map(normalized)
        var count = 0
        for page in try pages(below: root) {
            for block in try swiftBlocks(of: page) where block.first?.contains("// Package.swift") != true {
                let wanted = block.map { code(of: $0) }
                    .filter { !$0.isEmpty && !$0.hasPrefix("import ") }
                count += 1
                #expect(
                    compiled.contains { contains($0, wanted) },
                    "An example of \(page) is compiled nowhere: \(wanted.first ?? "")"
                )
            }
        }
        #expect(count >= 5)
    }

    private func pages(below root: String) throws -> [String] {
        var pages = ["\(root)/README.md"]
        for folder in ["Documentation", "Sources", "Examples"] {
            try collect("\(root)/\(folder)", into: &pages)
        }
        return pages
    }

    private func collect(_ folder: String, into pages: inout [String]) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where !name.hasPrefix(".") {
            let path = "\(folder)/\(name)"
            var isDirectory = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { continue }
            if isDirectory { try collect(path, into: &pages) } else if name.hasSuffix(".md") { pages.append(path) }
        }
    }

    private func sources(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasPrefix("Snippets") && $0.hasSuffix(".swift") }
            .map { try text(of: "\(folder)/\($0)") }
    }

    private func text(of path: String) throws -> String {
        let file = try OpenFile(path)
        return String(decoding: try file.read(Int(try file.length()), at: 0), as: UTF8.self)
    }

    private func normalized(_ text: String) -> [String] {
        text.split(separator: "\n").map { code(of: String($0)) }.filter { !$0.isEmpty }
    }

    /// A line without its indentation and without a comment at its end.
    private func code(of line: String) -> String {
        guard let comment = line.firstRange(of: "  // ") else { return line.trimmingASCIIWhitespace() }
        return line[..<comment.lowerBound].trimmingASCIIWhitespace()
    }

    private func swiftBlocks(of page: String) throws -> [[String]] {
        var blocks: [[String]] = []
        var block: [String]?
        for line in try text(of: page).split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = line.trimmingASCIIWhitespace()
            if trimmed == "```swift" {
                block = []
            } else if trimmed == "```" {
                if let finished = block { blocks.append(finished) }
                block = nil
            } else {
                block?.append(String(line))
            }
        }
        return blocks
    }

    private func contains(_ lines: [String], _ wanted: [String]) -> Bool {
        guard let first = wanted.first, lines.count >= wanted.count else { return false }
        return lines.indices.contains { start in
            lines[start] == first && lines.count - start >= wanted.count
                && Array(lines[start..<start + wanted.count]) == wanted
        }
    }
}

/// Where the package lies.
enum PackageRoot {
    static let path: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()
}
