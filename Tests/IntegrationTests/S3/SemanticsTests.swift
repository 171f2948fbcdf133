import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import S3CompatTesting
import Testing

/// One script of boto3 calls, played to the loopback server and to servers that nobody here wrote.
///
/// `Tests/Support/S3Semantics/expected.jsonl` says what S3 answers; the file of each other server holds the lines in
/// which it differs, no more and no less. To record anew: run with `GROUNDWORK_RECORD_SEMANTICS=1` and read the diff.
@Suite struct SemanticsTests {
    @Test func loopbackServerAnswersAsExpected() async throws {
        let server = try await LoopbackS3Server.start()
        let lines = try await Boto3(server).semantics()
        await server.stop()
        try SemanticsFile("expected").record(lines.map(\.text))
        #expect(lines.map(\.text) == (try SemanticsFile("expected").lines()))
    }

    @Test(arguments: RealS3Server.Kind.allCases)
    func otherServersDifferOnlyWhereListed(_ kind: RealS3Server.Kind) async throws {
        let lines = try await RealS3Server.with(kind) { try await $0.boto3.semantics() }
        let expected = try SemanticsFile("expected").lines()
        #expect(lines.count == expected.count)
        let differences = zip(lines.map(\.text), expected).filter { $0 != $1 }.map(\.0)
        try SemanticsFile(kind.rawValue).record(differences)
        #expect(differences == (try SemanticsFile(kind.rawValue).lines()))
    }

    @Test func everyDifferenceStandsInTheCompatibilityTable() throws {
        let path = "\(TestTools.packageRoot)/Documentation/Compatibility.md"
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        for kind in RealS3Server.Kind.allCases {
            for line in try SemanticsFile(kind.rawValue).lines() {
                let step = try SemanticsLine(Array(line.utf8)).step
                #expect(text.contains("| \(step) |"), "the row of \(kind) on \(step) is missing")
            }
        }
    }
}

/// A recorded list of lines.
struct SemanticsFile {
    let path: String

    init(_ name: String) { path = TestTools.support("S3Semantics/\(name).jsonl") }

    func lines() throws -> [String] {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self).split(separator: "\n").map(
            String.init
        )
    }

    /// Writes the file when recording was asked for.
    func record(_ lines: [String]) throws {
        guard ChildProcess.environmentValue("GROUNDWORK_RECORD_SEMANTICS") == "1" else { return }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
    }
}

extension Boto3 {
    /// boto3 with the loopback server as its endpoint.
    init(_ server: LoopbackS3Server) {
        self.init(
            endpoint: server.endpoint,
            accessKeyID: server.configuration.accessKeyID,
            secretAccessKey: server.configuration.secretAccessKey.withValue { $0 }
        )
    }
}
