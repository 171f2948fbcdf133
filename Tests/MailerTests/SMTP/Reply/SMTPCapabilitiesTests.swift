import Testing

@testable import Mailer

@Suite struct SMTPCapabilitiesTests {
    @Test func readsKeywordsWhateverTheirCase() {
        let reply = SMTPReply(
            code: 250,
            text:
                "mail.example.org greets you\nPipelining\n8bitmime\nsize 1000\nAuth plain Login\nSmtpUtf8\nDSN\nSTARTTLS"
        )
        let capabilities = SMTPCapabilities(ehlo: reply)
        #expect(capabilities.serverName == "mail.example.org")
        #expect(capabilities.pipelining && capabilities.eightBitMIME && capabilities.smtpUTF8 && capabilities.startTLS)
        #expect(capabilities.deliveryNotifications && capabilities.maximumSize == 1000)
        #expect(capabilities.authentication == ["PLAIN", "LOGIN"])
    }

    @Test func readsTheOldFormOfAuth() {
        let capabilities = SMTPCapabilities(ehlo: SMTPReply(code: 250, text: "a\nAUTH=LOGIN\nAUTH PLAIN"))
        #expect(Set(capabilities.authentication) == ["LOGIN", "PLAIN"])
    }

    @Test(arguments: ["SIZE", "SIZE 0", "SIZE -5", "SIZE x", "SIZE 99999999999999999999999"])
    func aSizeThatIsNoNumberIsNoLimit(_ line: String) {
        #expect(SMTPCapabilities(ehlo: SMTPReply(code: 250, text: "a\n\(line)")).maximumSize == nil)
    }

    @Test func theGreetingIsNoKeyword() {
        #expect(!SMTPCapabilities(ehlo: SMTPReply(code: 250, text: "PIPELINING")).pipelining)
    }
}
