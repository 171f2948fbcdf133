import Foundation
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import MailerTesting
import Testing

/// The example `mail`, run as users run it: configured by environment variables, judged by what it prints and by its exit
/// codes.
@Suite struct MailExampleTests {
    static let base = [
        "EMAIL_FROM": "no-reply@notify.example.com", "APP_NAME": "Tea & Co", "APP_URL": "https://app.example.com",
    ]

    static func mail(
        _ arguments: [String],
        _ environment: [String: String],
        input: String = ""
    ) async throws -> ChildProcess.Outcome {
        var configuration = ChildProcess.Configuration("\(TestTools.examples)/mail", arguments)
        configuration.environment.merge(environment) { $1 }
        configuration.standardInput = Array(input.utf8)
        return try await ChildProcess.run(configuration)
    }

    private func smtp(_ server: LoopbackSMTPServer) -> [String: String] {
        Self.base.merging(
            ["EMAIL_PROVIDER": "smtp", "SMTP_URL": "smtp://127.0.0.1:\(server.port)?tls=off"]
        ) { $1 }
    }

    @Test func aBuiltInMailArrivesWithTheTokenOfTheFile() async throws {
        let server = try await LoopbackSMTPServer.start()
        let outcome = try await Self.mail(
            [
                "send", "--to", "Ada <ada@example.org>", "--template", "reset", "--locale", "de", "--token-file", "-",
                "--json",
            ],
            smtp(server),
            input: "t0k3n+/=\n"
        )
        await server.stop()
        #expect(outcome.exit == .status(0), "\(outcome.errorText)")
        let message = try #require(server.messages.first)
        #expect(message.recipients == ["ada@example.org"])
        let text = message.text.replacing("=\r\n", with: "").replacing("=3D", with: "=")
        #expect(text.contains("https://app.example.com/reset-password?token=t0k3n%2B%2F%3D"))
        #expect(!outcome.outputText.contains("t0k3n") && !outcome.errorText.contains("t0k3n"))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(outcome.standardOutput)) as? [String: Any])
        #expect(json["ok"] as? Bool == true)
    }

    @Test func aMessageOfOnesOwnTakesFilesToSeveral() async throws {
        try await withTemporaryDirectory { directory in
            try Data("Hello\n".utf8).write(to: URL(filePath: "\(directory)/note.txt"))
            try Data([0, 1, 2, 0xFF]).write(to: URL(filePath: "\(directory)/data.bin"))
            let server = try await LoopbackSMTPServer.start()
            let outcome = try await Self.mail(
                [
                    "send", "--to", "ada@example.org, bob@example.org", "--subject", "Grüße", "--text",
                    "\(directory)/note.txt", "--attach", "\(directory)/data.bin",
                ],
                smtp(server)
            )
            await server.stop()
            #expect(outcome.exit == .status(0), "\(outcome.errorText)")
            #expect(server.messages.count == 1 && server.messages.first?.recipients.count == 2)
            #expect(server.messages.first?.text.contains("AAEC/w==") == true)
            #expect(outcome.outputText.contains("bob@example.org: accepted"))
        }
    }

    @Test func aRefusalIsOneAndAnUnknownOutcomeThree() async throws {
        var settings = LoopbackSMTPServer.Configuration()
        settings.unknownLocalParts = ["nobody"]
        settings.faults = [.at(.endOfData, .takeAndClose, occurrence: 1)]
        let server = try await LoopbackSMTPServer.start(settings)
        let unknown = try await Self.mail(["send", "--to", "ada@example.org"], smtp(server))
        #expect(unknown.exit == .status(3), "\(unknown.outputText)\(unknown.errorText)")
        #expect(unknown.outputText.contains("it may have been sent"))
        let refused = try await Self.mail(["send", "--to", "nobody@example.org"], smtp(server))
        await server.stop()
        #expect(refused.exit == .status(1))
        #expect(refused.outputText.contains("nobody@example.org: refused: 550"))
        #expect(server.messages.count == 1)
    }

    @Test func everythingThatIsMissingIsNamedAtOnce() async throws {
        let outcome = try await Self.mail(["check"], ["EMAIL_PROVIDER": "resend", "APP_URL": "http://example.com"])
        #expect(outcome.exit == .status(2))
        for name in ["RESEND_API_KEY", "EMAIL_FROM", "APP_NAME", "APP_URL"] {
            #expect(outcome.errorText.contains("- \(name): "), "\(outcome.errorText)")
        }
        #expect(try await Self.mail(["send", "--to", "no address"], Self.file("/tmp")).exit == .status(64))
        #expect(try await Self.mail(["send"], Self.base).exit == .status(64))
    }

    private static func file(_ directory: String) -> [String: String] {
        base.merging(["EMAIL_PROVIDER": "file", "EMAIL_DIRECTORY": directory]) { $1 }
    }

    @Test func withoutAnAccountMailsAreFiles() async throws {
        try await withTemporaryDirectory { directory in
            let check = try await Self.mail(["check", "--json"], Self.file(directory))
            #expect(check.exit == .status(0), "\(check.outputText)\(check.errorText)")
            #expect(try await Self.mail(["send", "--to", "ada@example.org"], Self.file(directory)).isSuccess)
            let files = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".eml") }
            #expect(files.count == 1)
        }
    }

    @Test func aServerThatIsNotThereIsSaidSo() async throws {
        let port = try LoopbackPort.free()
        let environment = Self.base.merging(
            ["EMAIL_PROVIDER": "smtp", "SMTP_URL": "smtp://127.0.0.1:\(port)?tls=off"]
        ) { $1 }
        let check = try await Self.mail(["check"], environment)
        #expect(check.exit == .status(1))
        #expect(check.outputText.contains("[failure] smtp"))
        let send = try await Self.mail(["send", "--to", "ada@example.org", "--timeout", "2", "--json"], environment)
        #expect(send.exit == .status(1), "\(send.outputText)\(send.errorText)")
        #expect(send.outputText.contains("\"error\""))
    }
}
