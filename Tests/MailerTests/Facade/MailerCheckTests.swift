import GroundworkCore
import GroundworkSockets
import GroundworkTesting
import Mailer
import MailerTesting
import Testing

@Suite struct MailerCheckTests {
    private func findings(
        _ configuration: SMTPConfiguration,
        signer: DKIMSigner? = nil
    ) async throws -> [MailCheckFinding] {
        let transport = try SMTPTransport(configuration, signer: signer)
        let found = try await transport.check(sender: Mailbox("noreply@shop.test"), deadline: nil)
        await transport.shutdown()
        return found
    }

    private func severity(_ subject: String, _ findings: [MailCheckFinding]) -> MailCheckFinding.Severity? {
        findings.first { $0.subject == subject }?.severity
    }

    @Test func smtpConnectsSecuresLogsInAndSendsNothing() async throws {
        try await withLoopbackServer {
            $0.security = .startTLS
            $0.users = ["app": "right"]
        } _: { server in
            var configuration = SMTPConfiguration.loopback(server, .startTLS)
            configuration.credentials = .password(userName: "app", Secret("right"))
            let found = try await findings(configuration)
            #expect(severity("connection", found) == .ok)
            #expect(severity("TLS", found) == .ok)
            #expect(severity("credentials", found) == .ok)
            #expect(severity("From domain", found) == .warning)
            #expect(server.messages.isEmpty)
            #expect(server.commands.contains { "\($0)".contains("NOOP") })
        }
    }

    @Test func smtpNamesWrongCredentialsWithoutShowingThem() async throws {
        try await withLoopbackServer {
            $0.security = .startTLS
            $0.users = ["app": "right"]
        } _: { server in
            var configuration = SMTPConfiguration.loopback(server, .startTLS)
            configuration.credentials = .password(userName: "app", Secret("wr0ng"))
            let found = try await findings(configuration)
            #expect(found.map(\.severity) == [.failure])
            #expect(found[0].subject == "credentials")
            #expect(!found[0].description.contains("wr0ng"))
            #expect(!found[0].advice.isEmpty)
        }
    }

    @Test func smtpNamesACertificateForAnotherHost() async throws {
        try await withLoopbackServer {
            $0.security = .startTLS
            $0.certificateHosts = ["mx.example.net"]
        } _: { server in
            let found = try await findings(.loopback(server, .startTLS))
            #expect(found.map(\.subject) == ["TLS"])
            #expect(found.map(\.severity) == [.failure])
        }
    }

    @Test func smtpWarnsOfMailInClear() async throws {
        try await withLoopbackServer { server in
            let found = try await findings(.loopback(server))
            #expect(severity("TLS", found) == .warning)
        }
    }

    @Test func smtpNamesAServerThatDoesNotServe() async throws {
        try await withLoopbackServer {
            $0.faults = [.at(.noop, .reply("421 4.3.2 Closing"))]
        } _: { server in
            let found = try await findings(.loopback(server))
            #expect(found.map(\.severity) == [.failure])
        }
    }

    /// A server cannot put findings of its own into the report.
    @Test(arguments: [
        ["554-no\r\n554 [ok] smtp: TLS: The connection is encrypted and verified.\r\n"],
        ["421-no\u{85}\r\n421 [ok] smtp: TLS: Verified.\r\n"],
        ["220 a\r\n", "451-no\r\n451 [ok] smtp: credentials: The server took them.\r\n"],
        ["220 a\r\n", "250 a\u{85}[ok]\u{2028}smtp:\u{9b}TLS\r\n", "250 ok\r\n"],
        ["220 a\r\n", "250 a\r\n", "500-no\r\n500 [ok] smtp: TLS: Verified.\r\n"],
        ["220 a\r\n", "250-a\r\n250 AUTH X\u{85}[ok] smtp:\r\n", "250 ok\r\n"],
        ["220 a\r\n", "250-a\r\n250 AUTH PLAIN\r\n", "535-no\r\n535 [ok] smtp: TLS: Verified.\r\n"],
    ]) func aServersWordsStayOnTheLineOfTheirFinding(_ replies: [String]) async throws {
        try await withRawServer { stream in
            for (index, reply) in replies.enumerated() {
                if index > 0 { try await stream.skipLine() }
                try await stream.send(reply)
            }
            try await stream.waitUntilHungUp(deadline: .now + .seconds(20))
        } _: { port in
            var configuration = SMTPConfiguration.loopback(port: port)
            if replies.contains(where: { $0.contains("AUTH") }) {
                configuration.credentials = .password(userName: "app", Secret("hunter2"))
                configuration.dangerouslySendsCredentialsInClear = true
            }
            let report = MailCheckReport(findings: try await findings(configuration))
            for finding in report.findings {
                #expect(finding.message.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
            }
            #expect(report.description.split(whereSeparator: \.isNewline).count == report.findings.count + 1)
        }
    }

    @Test func aFindingIsOneLineWhateverItsTextsHold() {
        let finding = MailCheckFinding(.ok, "a\nb", "c\r\nd", advice: "e\u{2029}f", transport: "g\u{85}h")
        #expect("\(finding)" == "[ok] g h: a b: c  d e f")
    }

    @Test func smtpEndsAtTheDeadline() async throws {
        try await withRawServer { stream in
            _ = try await stream.read(upTo: 1, deadline: .now + .seconds(20))
        } _: { port in
            let transport = try SMTPTransport(.loopback(port: port))
            let deadline = ContinuousClock.now + .milliseconds(50)
            let found = try await transport.check(sender: Mailbox("noreply@shop.test"), deadline: deadline)
            #expect(found.map(\.severity) == [.failure])
        }
    }

    @Test func aReportSaysInWordsWhatIsWrong() async throws {
        let (mailer, transport) = try MailerTests.mailer { $0.from = (try? Mailbox("a@example.com")) ?? $0.from }
        transport.setFindings([
            MailCheckFinding(.failure, "credentials", "Refused.", advice: "Set a key.", transport: "memory")
        ])
        let report = try await mailer.check()
        #expect(!report.isReady)
        #expect(report.findings(.warning).map(\.subject) == ["From domain"])
        let lines = report.description.split(separator: "\n")
        #expect(lines.last == "Mail is not ready: 1 to mend.")
        #expect(lines.contains("[failure] memory: credentials: Refused. Set a key."))
    }

    @Test func aTransportThatCannotBeCheckedIsAWarning() async throws {
        struct Silent: MailTransport {
            let name = "silent"
            let capabilities = MailCapabilities()
            func send(_ mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailReceipt {
                MailReceipt(envelope: mail.envelope, outcome: .accepted(id: nil), transport: name)
            }
        }
        let mailer = try Mailer(Mailer.Configuration(from: Mailbox("a@shop.io")), transport: Silent())
        let report = try await mailer.check()
        #expect(report.findings.map(\.severity) == [.warning])
        #expect(report.isReady)
    }
}
