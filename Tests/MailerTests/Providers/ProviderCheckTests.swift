import GroundworkCore
import MailerTesting
import Testing

@testable import Mailer

@Suite struct ProviderCheckTests {
    private let sender: Mailbox

    init() throws { sender = try Mailbox("Shop <shop@example.org>") }

    private func summary(_ findings: [MailCheckFinding]) -> [String] {
        findings.map { "\($0.severity.rawValue) \($0.subject)" }
    }

    @Test func resendSaysThatAVerifiedDomainWorks() async throws {
        try await withResend { server, transport in
            server.update {
                $0.domains = ["example.com": "pending", "example.org": "verified", "z.example": "verified"]
                $0.domainsPerPage = 1
            }
            let findings = try await transport.check(sender: sender, deadline: nil)
            #expect(summary(findings) == ["ok TLS", "ok credentials", "ok From domain"])
        }
    }

    @Test(arguments: [
        ("shop@example.com", "is not verified; its status is pending"), ("shop@sub.example.org", "exact name"),
        ("shop@nowhere.org", "none of the account's domains"),
    ])
    func resendSaysWhyADomainDoesNotWork(_ address: String, _ words: String) async throws {
        try await withResend { server, transport in
            server.update { $0.domains = ["example.com": "pending", "example.org": "verified"] }
            let findings = try await transport.check(sender: Mailbox(address), deadline: nil)
            #expect(findings.last?.severity == .failure)
            #expect(findings.last?.message.contains(words) == true, "\(findings)")
            #expect(findings.last?.advice.contains("resend.com/domains") == true)
        }
    }

    @Test func aKeyThatMayOnlySendIsAWarning() async throws {
        try await withResend { server, transport in
            server.update { $0.isKeyRestricted = true }
            let findings = try await transport.check(sender: sender, deadline: nil)
            #expect(summary(findings) == ["ok credentials", "warning From domain"])
        }
    }

    @Test func trackingOfADomainIsAWarning() async throws {
        try await withResend { server, transport in
            server.update {
                $0.domains = ["example.org": "verified"]
                $0.trackingDomains = ["example.org"]
            }
            let findings = try await transport.check(sender: sender, deadline: nil)
            #expect(findings.filter { $0.subject == "tracking" && $0.severity == .warning }.count == 2)
        }
    }

    @Test func aWrongKeyIsAFindingAndNoError() async throws {
        try await withResend { server, _ in
            var configuration = server.configuration
            configuration.apiKey = Secret("re_wrong")
            let findings = try await ResendTransport(configuration).check(sender: sender, deadline: nil)
            #expect(summary(findings) == ["failure credentials"])
            #expect(!"\(findings)".contains("re_wrong"))
        }
        try await withSendGrid { server, _ in
            var configuration = server.configuration
            configuration.apiKey = Secret("SG.wrong")
            let findings = try await SendGridTransport(configuration).check(sender: sender, deadline: nil)
            #expect(summary(findings) == ["failure credentials"])
        }
    }

    @Test func nobodyListeningIsAFinding() async throws {
        let server = try await LoopbackSendGridServer.start()
        let transport = try SendGridTransport(server.configuration)
        await server.stop()
        #expect(summary(try await transport.check(sender: sender, deadline: nil)) == ["failure connection"])
    }

    @Test func aPageOfAProxyIsAFinding() async throws {
        try await withSendGrid { server, transport in
            server.plan(.html(200))
            let findings = try await transport.check(sender: sender, deadline: nil)
            #expect(summary(findings) == ["failure credentials"])
            #expect(findings[0].message.contains("HTML"))
        }
    }

    @Test func sendGridLooksForTheDomainAndThenForTheSender() async throws {
        try await withSendGrid { server, transport in
            server.update { $0.domains = ["example.org": true] }
            var findings = try await transport.check(sender: sender, deadline: nil)
            #expect(summary(findings) == ["ok TLS", "ok credentials", "ok From domain"])
            server.update { $0.domains = ["example.org": false] }
            findings = try await transport.check(sender: sender, deadline: nil)
            #expect(findings.last?.severity == .failure)
            #expect(findings.last?.message.contains("DNS records are not verified") == true)
            server.update { $0.verifiedSenders = ["shop@example.org"] }
            findings = try await transport.check(sender: sender, deadline: nil)
            #expect(findings.last?.severity == .warning)
            #expect(findings.last?.message.contains("single sender") == true)
            findings = try await transport.check(sender: Mailbox("a@sub.example.org"), deadline: nil)
            #expect(findings.last?.severity == .failure)
        }
    }

    @Test func sendGridNamesAMissingScope() async throws {
        try await withSendGrid { server, transport in
            server.update { $0.scopes = ["whitelabel.read"] }
            let findings = try await transport.check(sender: sender, deadline: nil)
            #expect(findings.last?.message.contains("mail.send") == true)
            server.update { $0.scopes = ["mail.send"] }
            #expect(
                summary(try await transport.check(sender: sender, deadline: nil)) == [
                    "ok TLS", "ok credentials", "warning scheduling", "warning From domain",
                ]
            )
        }
    }

    @Test func sendGridNamesTheScopesOfScheduledMails() async throws {
        try await withSendGrid { server, transport in
            server.update { $0.domains = ["example.org": true] }
            for (scope, words) in [
                ("mail.batch.create", "are refused"), ("user.scheduled_sends.create", "be called off"),
            ] {
                server.update { $0.scopes = LoopbackSendGridServer.Behavior().scopes.subtracting([scope]) }
                let findings = try await transport.check(sender: sender, deadline: nil)
                let warning = findings.first { $0.severity == .warning && $0.subject == "scheduling" }
                #expect(warning?.message.contains(scope) == true && warning?.message.contains(words) == true)
            }
            var configuration = transport.configuration
            configuration.scheduledMailsCanBeCancelled = false
            let findings = try await SendGridTransport(configuration).check(sender: sender, deadline: nil)
            #expect(findings.allSatisfy { $0.severity == .ok })
        }
    }
}
