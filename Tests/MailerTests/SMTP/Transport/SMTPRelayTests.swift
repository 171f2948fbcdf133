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

    @Test func onlyWhatIsTurnedOffIsNamedAndAFieldOfTheMailsOwnIsLeftWhereItSaysNothingElse() async throws {
        #expect(
            try await header("smtp.sendgrid.net", MailTracking(clicks: false))
                == [#"X-SMTPAPI: {"filters":{"clicktrack":{"settings":{"enable":0}}}}"#]
        )
        let own = try MailHeader("x-mailgun-track-clicks", "htmlonly")
        let lines = try await header("smtp.mailgun.org", .off, own: [own])
        #expect(lines == ["X-Mailgun-Track-Opens: no", "x-mailgun-track-clicks: htmlonly"])
        let untouched = try MailHeader("X-SMTPAPI", #"{"category":"a"}"#)
        for (host, tracking) in [("smtp.sendgrid.net", MailTracking()), ("smtp.example.org", .off)] {
            #expect(try await header(host, tracking, own: [untouched]) == [#"X-SMTPAPI: {"category":"a"}"#])
        }
    }

    /// Own values, and what SendGrid is to read from the mail.
    private static let completed = [
        (#"{"category":"a"}"#, #"{"category":"a","filters":{CLICKS,OPENS}}"#),
        (" { } ", #"{"filters":{CLICKS,OPENS}}"#),
        (#"{"filters":null,"send_at":1409348513}"#, #"{"send_at":1409348513,"filters":{CLICKS,OPENS}}"#),
        (
            #"{"filters":{"clicktrack":{"settings":{"enable":1,"enable_text":true}},"footer":{"settings":{"enable":1}}}}"#,
            #"{"filters":{"clicktrack":{"settings":{"enable":0,"enable_text":true}},"footer":{"settings":{"enable":1}},OPENS}}"#
        ),
        (#"{"filters":{"opentrack":7}}"#, #"{"filters":{CLICKS,OPENS}}"#),
        (
            #"{"unique_args":{"greeting":"Grüße, 𝄞 a  b =?x \"\\\u0001","n":-1.50e3},"to":[true,null,[]]}"#,
            #"{"unique_args":{"greeting":"Grüße, 𝄞 a  b =?x \"\\\u0001","n":-1.50e3},"to":[true,null,[]],"filters":{CLICKS,OPENS}}"#
        ),
    ]

    @Test func aSendGridFieldOfTheMailsOwnTurnsTrackingOffAsWell() async throws {
        let transport = try SMTPTransport(SMTPConfiguration(host: "smtp.sendgrid.net"))
        let list = (0..<400).map { #""person-number-\#($0)@example.org""# }.joined(separator: ",")
        let values = Self.completed + [(#"{"to":[\#(list)]}"#, #"{"to":[\#(list)],"filters":{CLICKS,OPENS}}"#)]
        var messages: [[UInt8]] = []
        for (own, _) in values {
            var mail = try outgoingMail()
            mail.message.tracking = .off
            mail.message.headers = [try MailHeader("X-A", "1"), try MailHeader("x-smtpapi", own)]
            let content = try await transport.content(of: mail, until: .now + .seconds(10))
            guard case .whole(let bytes) = content.bytes else { continue }
            #expect(bytes.split(separator: 0x0A).allSatisfy { $0.count <= 998 })
            messages.append(bytes)
        }
        let expected = values.map { _, json in
            json.replacing("CLICKS", with: #""clicktrack":{"settings":{"enable":0}}"#)
                .replacing("OPENS", with: #""opentrack":{"settings":{"enable":0}}"#)
        }
        // Read by Python, which unfolds the field: SendGrid reads no encoded words in it.
        let script = """
            import base64, email, email.policy, json, sys
            messages, expected = json.load(sys.stdin)
            result = []
            for text, wanted in zip(messages, expected):
                m = email.message_from_bytes(base64.b64decode(text), policy=email.policy.compat32)
                fields = [v.replace("\\r", "").replace("\\n", "") for k, v in m.items() if k.lower() == "x-smtpapi"]
                same = len(fields) == 1 and json.loads(fields[0]) == json.loads(wanted) and fields[0].isascii()
                result.append("same" if same and m["X-A"] == "1" else repr(fields))
            json.dump(result, sys.stdout)
            """
        let found = try await MailReaders.python(
            script,
            [messages.map { Base64.encode($0) }, expected],
            as: [String].self
        )
        #expect(found == values.map { _ in "same" })
    }

    @Test(arguments: [
        ["category=a"], ["[1]"], [#"{"filters":[]}"#], ["{}", "{}"], [#"{"category":"a"} trailing"#],
        [#"{"category":"\#(String(repeating: "a", count: (32 << 10) - 20))"}"#],
    ])
    func aSendGridFieldThatCannotTurnTrackingOffIsAnErrorThatNamesIt(_ own: [String]) async throws {
        let transport = try SMTPTransport(SMTPConfiguration(host: "smtp.sendgrid.net"))
        var mail = try outgoingMail()
        mail.message.tracking = .off
        mail.message.headers = try own.map { try MailHeader("X-SMTPAPI", $0) }
        let error = await #expect(throws: MailError.self) {
            // Before the wire: nothing connects.
            try await transport.send(mail, deadline: nil)
        }
        #expect(error?.code == .invalidHeader && error?.isRetryable == false)
        #expect(error?.message.contains("X-SMTPAPI") == true)
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
