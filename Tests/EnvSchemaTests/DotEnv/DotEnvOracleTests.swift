import EnvSchema
import FoundationEssentials
import Glibc
import GroundworkTestProcesses
import Testing

/// The parser beside the programs whose dialects it reads.
@Suite struct DotEnvOracleTests {
    private struct Question: Encodable {
        let text: String
        let process: [String: String]?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(text)
            try container.encode(process)
        }
    }

    private func comparePython(_ questions: [Question]) async throws {
        let answer = try await ChildProcess.output(
            of: TestTools.program("python3"),
            [TestTools.support("dotenv_oracle.py")],
            input: Array(try JSONEncoder().encode(questions))
        )
        let expected = try JSONDecoder().decode([[String: String?]].self, from: Data(answer))
        #expect(expected.count == questions.count)
        for (question, expected) in zip(questions, expected) {
            let options = DotEnvOptions(
                dialect: .python,
                reading: .faithful,
                expansion: question.process.map { .on(process: $0) } ?? .off
            )
            let file = try DotEnvFile(parsing: Array(question.text.utf8), options: options)
            let found = Dictionary(file.entries.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            if found != expected {
                Issue.record("\(question.text.debugDescription): \(found), python-dotenv: \(expected)")
            }
        }
    }

    @Test func pythonDotenvReadsTheCorpusAlike() async throws {
        // What is refused here as a value that no variable can hold, and references that Railway alone reads.
        let inputs = Set(try DotEnvCase.all().map(\.input)).filter { !$0.utf8.contains(0) && !$0.contains("${{") }
        let process = ["B": "1", "E": "", "L": "$B", "N": "a b"]
        try await comparePython(
            inputs.sorted().flatMap { [Question(text: $0, process: nil), Question(text: $0, process: process)] }
        )
    }

    @Test func pythonDotenvReadsGeneratedFilesAlike() async throws {
        var generator = DotEnvGenerator(seed: 1, pieces: DotEnvGenerator.hostilePieces)
        let inputs = (0..<10_000).map { _ in generator.text() }.filter { !$0.contains("${{") }
        try await comparePython(inputs.map { Question(text: $0, process: nil) })
        try await comparePython(inputs.map { Question(text: $0, process: ["B": "p$A"]) })
    }

    @Test func bashReadsGeneratedAssignmentsAlike() async throws {
        var generator = DotEnvGenerator(seed: 2, pieces: DotEnvGenerator.safePieces)
        var folder = Array("/tmp/groundwork-dotenv-XXXXXX".utf8CString)
        let path = try #require(mkdtemp(&folder).map { String(cString: $0) })
        defer { try? FileManager.default.removeItem(atPath: path) }
        var expected: [[String: String]] = []
        while expected.count < 400 {
            let text = generator.text()
            guard let file = try? DotEnvFile(parsing: Array(text.utf8), options: DotEnvOptions(dialect: .bash)) else {
                continue
            }
            try Data(text.utf8).write(to: URL(filePath: "\(path)/\(expected.count)"))
            expected.append(file.values)
        }
        // Nothing but `env` can be found, and it only by its path.
        let script =
            #"for i in $(eval echo "{0..$2}"); do ( set -a; . "$1/$i"; exec /usr/bin/env -0 >"$1/$i.out" ); done"#
        var bash = ChildProcess.Configuration("/bin/bash", ["--noprofile", "--norc", "-c", script, "-", path, "399"])
        bash.environment = ["PATH": "/nowhere", "LC_ALL": "C.UTF-8"]
        let outcome = try await ChildProcess.run(bash)
        #expect(outcome.standardError.isEmpty, "\(outcome.errorText)")
        let own = ["PATH", "LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"]
        for (index, expected) in expected.enumerated() {
            let output = try Data(contentsOf: URL(filePath: "\(path)/\(index).out"))
            var found: [String: String] = [:]
            for variable in output.split(separator: 0) {
                let parts = variable.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
                let name = String(decoding: parts[0], as: UTF8.self)
                if !own.contains(name) { found[name] = String(decoding: parts[1], as: UTF8.self) }
            }
            if found != expected {
                let text = try String(decoding: Data(contentsOf: URL(filePath: "\(path)/\(index)")), as: UTF8.self)
                Issue.record("\(text.debugDescription): \(expected), bash: \(found)")
            }
        }
    }
}
