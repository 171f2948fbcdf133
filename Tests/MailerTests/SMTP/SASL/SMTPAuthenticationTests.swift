import GroundworkCore
import Testing

@testable import Mailer

@Suite struct SMTPAuthenticationTests {
    static func login(_ name: String, _ secret: String, isToken: Bool = false, port: UInt16 = 587) -> SASLLogin {
        SASLLogin(userName: name, secret: Secret(secret), isToken: isToken, host: "server.example.com", port: port)
    }

    static func command(_ mechanism: SASLMechanism, _ login: SASLLogin) throws -> String {
        String(decoding: try SMTPAuthentication.begin(mechanism, login).command, as: UTF8.self)
    }

    /// A login under way.
    final class Exchange {
        private var authentication: SMTPAuthentication
        let command: String

        init(_ mechanism: SASLMechanism, _ login: SASLLogin) throws {
            let begun = try SMTPAuthentication.begin(mechanism, login)
            authentication = begun.0
            command = String(decoding: begun.command, as: UTF8.self)
        }

        func reply(_ code: Int, _ text: String) throws -> String? {
            let answer = try authentication.received(SMTPReply(code: code, text: text), host: "h")
            return answer.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test func plainIsAsInRFC4616() throws {
        #expect(
            try Self.command(.plain, Self.login("tim", "tanstaaftanstaaf"))
                == "AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n"
        )
    }

    @Test func oauthBearerIsAsInRFC7628() throws {
        let login = Self.login(
            "user@example.com",
            "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==",
            isToken: true,
            port: 143
        )
        let expected =
            "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
        #expect(try Self.command(.oauthBearer, login) == "AUTH OAUTHBEARER \(expected)\r\n")
    }

    @Test func xoauth2IsAsGoogleDocumentsIt() throws {
        let login = Self.login("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg", isToken: true)
        let expected =
            "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
        #expect(try Self.command(.xoauth2, login) == "AUTH XOAUTH2 \(expected)\r\n")
    }

    @Test func loginAnswersTwoPromptsWhateverTheySay() throws {
        let exchange = try Exchange(.login, Self.login("ada", "secret"))
        #expect(exchange.command == "AUTH LOGIN\r\n")
        #expect(try exchange.reply(334, "") == "YWRh\r\n")
        #expect(try exchange.reply(334, "VXNlciBOYW1lAA==") == "c2VjcmV0\r\n")
        #expect(try exchange.reply(235, "ok") == nil)
    }

    @Test func aThirdPromptCancels() throws {
        let exchange = try Exchange(.login, Self.login("ada", "secret"))
        _ = try exchange.reply(334, "")
        _ = try exchange.reply(334, "")
        #expect(try exchange.reply(334, "") == "*\r\n")
        #expect(throws: SMTPFailure.self) { try exchange.reply(501, "cancelled") }
    }

    @Test func aChallengeThatIsNoBase64Cancels() throws {
        let exchange = try Exchange(.login, Self.login("ada", "secret"))
        #expect(try exchange.reply(334, "=?=") == "*\r\n")
    }

    @Test func aLongTokenWaitsToBeAskedFor() throws {
        let token = String(repeating: "t", count: 2000)
        let exchange = try Exchange(.xoauth2, Self.login("u", token, isToken: true))
        #expect(exchange.command == "AUTH XOAUTH2\r\n")
        #expect(try exchange.reply(334, "")?.utf8.count ?? 0 > 2000)
        // The refusal's reason has a set answer.
        #expect(try exchange.reply(334, "eyJzdGF0dXMiOiI0MDEifQ==") == "\r\n")
    }

    @Test func noErrorRepeatsCredentialsThatTheServerRepeats() throws {
        for echo in [
            "bad AHUAaHVudGVyMg==", "no such password: hunter2!", "5.5.1 unknown: AUTH PLAIN AHUAaHVudGVyMiE=",
        ] {
            let exchange = try Exchange(.plain, Self.login("u", "hunter2!"))
            do {
                _ = try exchange.reply(535, echo)
                Issue.record("no error")
            } catch {
                let text =
                    "\(error) \((error as? SMTPFailure).map { MailError($0, transport: "smtp") }.debugDescription)"
                #expect(!text.contains("hunter2!") && !text.contains("AHUAaHVudGVyMiE="))
            }
        }
    }

    @Test func controlCharactersAreRefused() {
        #expect(throws: SMTPFailure.self) { try Self.command(.plain, Self.login("a\0b", "c")) }
        #expect(throws: SMTPFailure.self) { try Self.command(.xoauth2, Self.login("a", "t\u{1}auth=x", isToken: true)) }
    }

    @Test func aNameWithCommaAndEqualsSignIsEncoded() throws {
        let command = try Self.command(.oauthBearer, Self.login("a=b,c", "t", isToken: true))
        let message = Base64.decode(command.dropFirst("AUTH OAUTHBEARER ".count).dropLast(1))
        #expect(message?.starts(with: Array("n,a=a=3Db=2Cc,\u{1}".utf8)) == true)
    }
}
