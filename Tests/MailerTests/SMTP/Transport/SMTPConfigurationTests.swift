import GroundworkCore
import GroundworkTesting
import Testing

@testable import Mailer

@Suite struct SMTPConfigurationTests {
    static func message(_ environment: [String: String]) -> String {
        do {
            _ = try SMTPConfiguration(environment: environment)
            return ""
        } catch {
            return error.code == .invalidConfiguration ? error.message : "another code"
        }
    }

    static func login(_ configuration: SMTPConfiguration) async throws -> (String, String)? {
        guard let login = try await configuration.credentials?.login(host: "h", port: 1) else { return nil }
        return (login.userName, login.secret.withValue { $0 })
    }

    @Test func readsAURL() async throws {
        let configuration = try SMTPConfiguration(environment: [
            "SMTP_URL": "smtps://ada%40x.org:p%40%3A%2Fss%25@mail.example.org"
        ])
        #expect(configuration.host == "mail.example.org" && configuration.port == 465)
        #expect(configuration.security == .implicitTLS)
        let login = try await Self.login(configuration)
        #expect(login?.0 == "ada@x.org" && login?.1 == "p@:/ss%")
    }

    @Test func smtpMeansSTARTTLS() throws {
        let configuration = try SMTPConfiguration(environment: ["SMTP_URL": "SMTP://mail.example.org/"])
        #expect(configuration.security == .startTLS && configuration.port == 587 && configuration.credentials == nil)
        #expect(try SMTPConfiguration(environment: ["SMTP_URL": "smtp://[::1]:25?tls=off"]).host == "::1")
        #expect(try SMTPConfiguration(environment: ["SMTP_URL": "smtp://a:25?tls=off"]).security == SMTPSecurity.none)
        #expect(
            try SMTPConfiguration(environment: ["SMTP_URL": "smtp://a?tls=opportunistic"]).security
                == .opportunisticStartTLS
        )
    }

    @Test func readsSingleVariables() async throws {
        let configuration = try SMTPConfiguration(
            environment: [
                "SMTP_HOST": "a.b", "SMTP_PORT": "2525", "SMTP_USERNAME": "u", "SMTP_PASSWORD": "p", "SMTP_URL": "",
            ]
        )
        #expect(configuration.port == 2525 && configuration.security == .startTLS)
        let login = try await Self.login(configuration)
        #expect(login?.0 == "u" && login?.1 == "p")
        #expect(try SMTPConfiguration(environment: ["SMTP_HOST": "a", "SMTP_PORT": "465"]).security == .implicitTLS)
        #expect(
            try SMTPConfiguration(environment: ["SMTP_HOST": "a", "SMTP_TLS": "off"]).security == SMTPSecurity.none
        )
    }

    @Test(
        arguments: [
            (["SMTP_URL": "http://a"], "SMTP_URL"), (["SMTP_URL": "smtp://"], "SMTP_URL"), ([:], "SMTP_URL"),
            (["SMTP_URL": "smtp://a:0"], "SMTP_URL"), (["SMTP_URL": "smtp://a:70000"], "SMTP_URL"),
            (["SMTP_URL": "smtp://hunter2:hun/ter2@a"], "SMTP_URL"),
            (["SMTP_URL": "smtp://u:hunter2%zz@a"], "SMTP_URL"),
            (["SMTP_URL": "smtp://u:hunter2%00@a"], "SMTP_URL"), (["SMTP_URL": "smtp://hunter2@a"], "SMTP_URL"),
            (["SMTP_URL": "smtp://u:hunter2@a b"], "SMTP_URL"), (["SMTP_URL": "smtp://a\r\nRSET"], "SMTP_URL"),
            (["SMTP_URL": "smtp://a%0d%0aRSET"], "SMTP_URL"), (["SMTP_URL": "smtps://a?tls=off"], "SMTP_URL"),
            (["SMTP_URL": "smtp://[::1"], "SMTP_URL"), (["SMTP_URL": "smtp://a", "SMTP_HOST": "b"], "SMTP_HOST"),
            (["SMTP_HOST": "a b"], "SMTP_HOST"), (["SMTP_HOST": "a", "SMTP_PORT": "+25"], "SMTP_PORT"),
            (["SMTP_HOST": "a", "SMTP_USERNAME": "u"], "SMTP_PASSWORD"),
            (["SMTP_HOST": "a", "SMTP_PASSWORD": "hunter2"], "SMTP_USERNAME"),
            (["SMTP_HOST": "a", "SMTP_TLS": "no"], "SMTP_TLS"),
        ] as [([String: String], String)]
    )
    func namesTheVariableAndNoSecret(_ environment: [String: String], _ variable: String) {
        let message = Self.message(environment)
        #expect(message.contains(variable) && !message.contains("hunter2"), "\(message)")
    }

    @Test func showsNoSecret() throws {
        let configuration = try SMTPConfiguration(environment: ["SMTP_URL": "smtp://u:hunter2@a"])
        var text = ""
        dump(configuration, to: &text)
        #expect(!text.contains("hunter2") && !"\(configuration)".contains("hunter2"))
    }

    @Test(arguments: ["app.example.org", "a", "[127.0.0.1]", "[IPv6:2001:db8::1]", "under_score.test"])
    func takesClientNames(_ text: String) throws { #expect(try SMTPClientName(parsing: text).text == text) }

    @Test(arguments: ["", "a\r\nMAIL FROM:<x@y>", "a b", "[127.0.0.1", "[]", "a..b", "ü.org", "a\0", "[1.2.3.4]\n"])
    func noClientNameEndsItsLine(_ text: String) {
        #expect(throws: TextParsingError.self) { try SMTPClientName(parsing: text) }
    }

    @Test func anAuthorityThatIsNoneIsAnErrorAtOnce() {
        var configuration = SMTPConfiguration(host: "a")
        configuration.trust = .certificates(pem: "nonsense")
        #expect(throws: MailError.self) { try SMTPTransport(configuration) }
    }
}
