import FoundationEssentials
import GroundworkBase
import Testing

/// Every Swift example of EnvSchema's guides stands, line by line, in a `Snippets*.swift`
/// that the compiler checks.
@Suite struct SnippetTests {
    @Test func everyDocumentedExampleIsCompiled() throws {
        let compiled = try DocumentedExamples.snippetFiles().map { path in
            try DocumentedExamples.text(of: path).split(separator: "\n").map(code).filter { !$0.isEmpty }
        }
        let folder = "Sources/EnvSchema/Documentation.docc"
        var count = 0
        for page in try DocumentedExamples.files(in: folder, endingIn: ".md") {
            for block in try DocumentedExamples.swiftBlocks(of: page) where block.first != "// Package.swift" {
                let wanted = block.map(code).filter { !$0.isEmpty && !$0.hasPrefix("import ") }
                count += 1
                #expect(
                    compiled.contains { contains($0, wanted) },
                    "An example of \(page) is compiled nowhere: \(wanted.first ?? "")"
                )
            }
        }
        #expect(count >= 12)
    }

    /// A line without its indentation and without a comment at its end.
    private func code(of line: some StringProtocol) -> String {
        guard let comment = line.firstRange(of: "  // ") else { return line.trimmingASCIIWhitespace() }
        return line[..<comment.lowerBound].trimmingASCIIWhitespace()
    }

    private func contains(_ lines: [String], _ wanted: [String]) -> Bool {
        lines.indices.contains { start in
            lines.count - start >= wanted.count && lines[start] == wanted.first
                && Array(lines[start..<start + wanted.count]) == wanted
        }
    }
}

/// The pages of the documentation.
enum DocumentedExamples {
    static let root: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()

    static func files(in folder: String, endingIn end: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")
            .filter { $0.hasSuffix(end) }.sorted().map { "\(folder)/\($0)" }
    }

    static func snippetFiles() throws -> [String] {
        let folders = ["Tests/EnvSchemaTests", "Tests/EnvSchemaAuditTests", "Tests/Configuration/Sources/Bridge"]
        return try folders.flatMap { folder in
            try files(in: folder, endingIn: ".swift").filter { $0.hasPrefix("\(folder)/Snippets") }
        }
    }

    static func text(of path: String) throws -> String {
        let file = try OpenFile("\(root)/\(path)")
        return String(decoding: try file.read(Int(try file.length()), at: 0), as: UTF8.self)
    }

    static func swiftBlocks(of path: String) throws -> [[String]] {
        var blocks: [[String]] = []
        var block: [String]?
        for line in try text(of: path).split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```swift" {
                block = []
            } else if line == "```" {
                if let finished = block { blocks.append(finished) }
                block = nil
            } else {
                block?.append(String(line))
            }
        }
        return blocks
    }
}
