import FoundationEssentials
import GroundworkTestProcesses
import Testing

/// What somebody meets who has just cloned the package: its make targets, its pages, and compilers that say what is
/// missing.
@Suite struct PackageTests {
    private let root = PackageRoot.path

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }

    @Test func makeAlonePrintsEveryTargetWithWhatItDoes() async throws {
        let output = try await ChildProcess.output(of: "make", ["--no-print-directory", "-C", root])
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
        let names = lines.compactMap { try? #/  make ([a-z]+) +(.{20,})/#.wholeMatch(in: $0)?.output.1 }
        #expect(names.count == lines.count)
        let wanted = ["demo", "test", "lint", "format", "bench", "fuzz", "sanitize", "matrix", "docs"]
        #expect(Set(names.map(String.init)).isSuperset(of: wanted))
        // Each script that a target runs is there.
        for script in try text("Makefile").matches(of: #/@([A-Za-z]+\/[A-Za-z\/]+\.sh)/#) {
            #expect(FileManager.default.isExecutableFile(atPath: "\(root)/\(script.output.1)"), "\(script.output.1)")
        }
    }

    @Test func continuousIntegrationRunsTheTestCommandOfTheReadme() throws {
        #expect(try text("README.md").contains("```bash\nmake test\n```"))
        #expect(try text("README.md").contains("```bash\nmake demo\n```"))
        // The package may be looked at through links.
        let home = URL(filePath: "\(root)/Makefile").resolvingSymlinksInPath().deletingLastPathComponent().path
        let script = "\(home)/.ci/run"
        #expect(try String(contentsOfFile: script, encoding: .utf8).hasSuffix("\nexec make test\n"))
        #expect(FileManager.default.isExecutableFile(atPath: script))
    }

    @Test func everyLinkOfEveryPageLeadsSomewhere() throws {
        var pages = ["README.md", "CHANGELOG.md"]
        for folder in ["Documentation", "Sources", "Examples"] { try collect(folder, into: &pages) }
        var count = 0
        for page in pages {
            let folder = page.split(separator: "/").dropLast().map { "\($0)/" }.joined()
            for link in try text(page).matches(of: #/\]\(([^)#\s]+)[^)]*\)/#) {
                let target = String(link.output.1)
                if target.contains(":") { continue }
                count += 1
                #expect(FileManager.default.fileExists(atPath: "\(root)/\(folder)\(target)"), "\(page): \(target)")
            }
        }
        #expect(count > 10)
    }

    private func collect(_ folder: String, into pages: inout [String]) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)") where !name.hasPrefix(".")
        {
            let path = "\(folder)/\(name)"
            var isDirectory = false
            guard FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isDirectory) else { continue }
            if isDirectory { try collect(path, into: &pages) } else if name.hasSuffix(".md") { pages.append(path) }
        }
    }

    @Test(
        arguments: [
            ("CGroundworkCurl", "libcurl4-openssl-dev"), ("CGroundworkOpenSSL", "libssl-dev"),
            ("CGroundworkZlib", "zlib1g-dev"),
        ]
    )
    func aMissingHeaderIsAnsweredWithThePackageToInstall(_ target: String, _ package: String) async throws {
        let folder = "\(root)/Sources/\(target)"
        let sources = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".c") }
        #expect(!sources.isEmpty)
        for source in sources {
            // As on a machine that has no library at all.
            let outcome = try await ChildProcess.run(
                .init("clang", ["-fsyntax-only", "-nostdlibinc", "-I\(folder)/include", "\(folder)/\(source)"])
            )
            #expect(!outcome.isSuccess)
            #expect(outcome.errorText.contains("is missing: install the package \(package)\""), "\(source)")
        }
    }
}
