import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// Secret links stay as they are with providers that rewrite links of what comes by SMTP.
@Suite struct SMTPRelayTests {
    private func header(_ host: String, _ tracking: MailTracking, own: [MailHeader] = []) async throws -> [String] {
        let transport = try SMTPTransport(SMTPConfiguration(host: host))
        var mail = try outgoingMail()
        mail.message.tracking = tracking
        mail.message.headers = own
        let content = try await transport.content(of: mail, until: .now + .seconds(10))
        guard case .whole(let bytes) = content.bytes else { return [] }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        return lines.prefix { !$0.isEmpty }.map(String.init).filter { $0.lowercased().hasPrefix("x-") }
    }

    @Test(arguments: [
        (
            "smtp.sendgrid.net",
            [#"X-SMTPAPI: {"filters":{"clicktrack":{"settings":{"enable":0}},"opentrack":{"settings":{"enable":0}}}}"#]
        ),
        ("SMTP.EU.mailgun.org", ["X-Mailgun-Track-Opens: no", "X-Mailgun-Track-Clicks: no"]),
        ("smtp.postmarkapp.com", ["X-PM-TrackOpens: false", "X-PM-TrackLinks: None"]),
        ("smtp.example.org", []), ("notsendgrid.net", []), ("smtp.sendgrid.net.evil.test", []),
    ])
    func mailsThatMustNotBeMeasuredSaySo(_ host: String, _ expected: [String]) async throws {
        #expect(try await header(host, .off) == expected)
        #expect(try await header(host, MailTracking()) == [])
    }

    @Test func onlyWhatIsTurnedOffIsNamedAndAFieldOfTheMailsOwnIsLeft() async throws {
        #expect(
            try await header("smtp.sendgrid.net", MailTracking(clicks: false))
                == [#"X-SMTPAPI: {"filters":{"clicktrack":{"settings":{"enable":0}}}}"#]
        )
        let own = try MailHeader("x-smtpapi", #"{"category":"a"}"#)
        let lines = try await header("smtp.sendgrid.net", .off, own: [own])
        #expect(lines == [#"x-smtpapi: {"category":"a"}"#])
    }

    @Test func whatCannotBeTurnedOffForOneMailIsAWarning() throws {
        let hosts = [
            "smtp.postmarkapp.com": true, "email-smtp.eu-west-1.amazonaws.com": true, "smtp.resend.com": true,
            "ec2-1.compute.amazonaws.com": false, "smtp.sendgrid.net": false, "smtp.mailgun.org": false,
            "mail.example.org": false,
        ]
        for (host, warns) in hosts {
            let findings = try SMTPTransport(SMTPConfiguration(host: host)).trackingFindings
            #expect(findings.map(\.severity) == (warns ? [.warning] : []), "\(host)")
        }
    }
}
