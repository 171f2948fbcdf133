import Foundation
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import MailerTesting
import Testing

/// What the example `mail` makes of pages, pipes and webhooks.
@Suite struct MailExampleOutputTests {
    @Test func thePreviewIsAPageOfTheApp() async throws {
        try await withTemporaryDirectory { directory in
            let file = "\(directory)/mails.html"
            let outcome = try await MailExampleTests.mail(
                ["preview", "--output", file, "--locales", "en"],
                ["APP_NAME": "Leaf <1>", "APP_COLOR": "#7c3aed"]
            )
            #expect(outcome.exit == .status(0), "\(outcome.errorText)")
            let page = try String(contentsOfFile: file, encoding: .utf8)
            #expect(page.contains("Mails of Leaf &lt;1&gt;") && page.contains("#7c3aed"))
            #expect(outcome.outputText == "\(file): 7 mails\n")
        }
    }

    @Test func aReaderThatLeavesAndADiskThatIsFullAreNoSuccess() async throws {
        for (target, code) in [("| true", 141), ("> /dev/full", 1)] {
            let command = "set -o pipefail; '\(TestTools.examples)/mail' preview --output - \(target)"
            let outcome = try await ChildProcess.run(.init("bash", ["-c", command]))
            #expect(outcome.exit == .status(Int32(code)), "\(target): \(outcome.errorText)")
        }
    }

    @Test func theServerServesOnePageOnThisMachineOnly() async throws {
        let port = try LoopbackPort.free()
        let child = try await ChildProcess.start(
            .init("\(TestTools.examples)/mail", ["preview", "--serve", "--port", "\(port)"])
        )
        let outcome = try await ChildProcess.run(
            .init(
                "curl",
                ["-s", "-i", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", "http://127.0.0.1:\(port)/"]
            )
        )
        await child.stop()
        #expect(outcome.outputText.hasPrefix("HTTP/1.1 200"))
        #expect(outcome.outputText.contains("Mails of Tea &amp; Co"))
    }

    @Test func aWebhookOfResendIsVerified() async throws {
        try await withTemporaryDirectory { directory in
            let signer = ResendWebhookSigner()
            let body = Array(
                #"{"type":"email.bounced","created_at":"2026-11-26T14:05:00.000Z","data":{"email_id":"a1","to":["ada@example.org"],"bounce":{"type":"Permanent","message":"No such user"}}}"#
                    .utf8
            )
            let headers = try signer.headers(body, id: "msg_1", at: Date())
            try Data(body).write(to: URL(filePath: "\(directory)/body.json"))
            let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
            try Data(lines.utf8).write(to: URL(filePath: "\(directory)/headers.txt"))
            let secret = signer.secret.withValue { $0 }
            let arguments = ["verify-webhook", "resend", "--headers", "\(directory)/headers.txt", "--body"]
            let good = try await MailExampleTests.mail(
                arguments + ["\(directory)/body.json"],
                ["RESEND_WEBHOOK_SECRET": secret]
            )
            #expect(good.exit == .status(0), "\(good.errorText)")
            #expect(good.outputText.contains("bounced for good ada@example.org"))
            #expect(good.outputText.contains("[to be suppressed: hardBounce]"))
            let forged = try await MailExampleTests.mail(
                arguments + ["-"],
                ["RESEND_WEBHOOK_SECRET": secret],
                input: String(decoding: body, as: UTF8.self) + "\n"
            )
            #expect(forged.exit == .status(1))
            #expect(!forged.errorText.contains(secret))
            #expect(try await MailExampleTests.mail(arguments + ["-"], [:]).exit == .status(2))
        }
    }

    /// Signed by OpenSSL, which shares nothing with the verifier's reading of the rules.
    @Test func aWebhookOfSendGridIsVerified() async throws {
        try await withTemporaryDirectory { directory in
            let body =
                #"[{"email":"ada@example.org","event":"delivered","timestamp":1764165900,"sg_message_id":"m1"}]"#
                + "\r\n"
            try Data(body.utf8).write(to: URL(filePath: "\(directory)/body.json"))
            let script = """
                set -e; cd '\(directory)'
                openssl ecparam -name prime256v1 -genkey -noout -out key.pem
                openssl ec -in key.pem -pubout -outform DER 2>/dev/null | base64 -w0 > public
                { printf 1764165900; cat body.json; } | openssl dgst -sha256 -sign key.pem | base64 -w0 > signature
                printf 'X-Twilio-Email-Event-Webhook-Timestamp: 1764165900\\n' > headers.txt
                printf 'X-Twilio-Email-Event-Webhook-Signature: %s\\n' "$(cat signature)" >> headers.txt
                cat public
                """
            let key = String(decoding: try await ChildProcess.output(of: "bash", ["-c", script]), as: UTF8.self)
            let arguments = [
                "verify-webhook", "sendgrid", "--json", "--body", "\(directory)/body.json", "--headers",
                "\(directory)/headers.txt",
            ]
            let environment = ["SENDGRID_WEBHOOK_PUBLIC_KEY": key]
            let late = try await MailExampleTests.mail(arguments, environment)
            #expect(late.exit == .status(1) && late.outputText.contains("webhookExpired"), "\(late.outputText)")
            let outcome = try await MailExampleTests.mail(arguments + ["--any-time"], environment)
            #expect(outcome.exit == .status(0), "\(outcome.errorText)")
            #expect(outcome.outputText.contains(#""kind":"delivered""#))
        }
    }
}
