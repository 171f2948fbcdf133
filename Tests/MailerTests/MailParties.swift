import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses

/// Mail servers and readers that `Tests/Support/mail_parties.sh` unpacks below the build folder.
enum MailParties {
    /// What a reader found in a message.
    struct Found: Decodable {
        struct Part: Decodable {
            var fileName: String?
            /// Base64 of the decoded bytes.
            var content: String
        }

        var complaints: [String]
        var parts: [Part]

        var contents: [[UInt8]] { parts.map { Base64.decode($0.content) ?? [] } }
    }

    /// The folder; unpacks them when they are not there yet.
    static func folder() async throws -> String {
        var environment: [String: String] = [:]
        let name = "GROUNDWORK_TEST_MAIL_PARTIES"
        environment[name] = ChildProcess.environmentValue(name)
        let output = try await ChildProcess.output(
            of: TestTools.support("mail_parties.sh"),
            ["--path"],
            environment: environment
        )
        return String(decoding: output, as: UTF8.self).trimmingASCIIWhitespace()
    }

    /// What each of the unpacked readers finds in some messages.
    static func read(_ messages: [[UInt8]]) async throws -> [String: [Found]] {
        let output = try await ChildProcess.output(
            of: "python3",
            [TestTools.support("mail_readers.py"), try await folder()],
            input: Array(JSONEncoder().encode(messages.map { Base64.encode($0) }))
        )
        return try JSONDecoder().decode([String: [Found]].self, from: Data(output))
    }
}
