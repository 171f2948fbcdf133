import Mailer
import Testing

@Suite struct EnvelopeAddressTests {
    @Test(arguments: [
        "ada@example.org", "a.b+tag@sub.example.org", "\"ada lovelace\"@example.org", "\"a\\\"b\\\\c\"@example.org",
        "ada@[192.0.2.1]", "ada@[IPv6:2001:db8::1]", "ådå@example.org", "!#$%&'*+-/=?^_`{|}~@example.org",
        "a@localhost",
    ])
    func readsAndWritesTheSame(text: String) throws {
        #expect(try EnvelopeAddress(text).wireText == text)
    }

    @Test(arguments: [
        "", "@", "ada", "ada@", "@example.org", "a..b@example.org", ".a@example.org", "a.@example.org",
        "ada@example..org", "ada@.org", "ada@example.org.", "ada@-example.org", "ada@example-.org", "ada@exa_mple.org",
        "ada@1.2.3.4", "ada@[1.2.3]", "ada@[IPv6:1.2.3.4]", "ada@[tag:x]", "a b@example.org", "ada @example.org",
        "ada@ example.org", "ada@example.org ", "<ada@example.org>", "ada@example.org>", "ada@example.org,b@c.org",
        "a@b@example.org", "\"a\"b@example.org", "\"a@example.org", "ada(comment)@example.org", "ada@example.org\r\n",
        "ada\r\nRCPT TO:<x@y>@example.org", "\"a\rb\"@example.org", "\"a\u{0}b\"@example.org", "a\u{85}b@example.org",
        "a\u{2028}b@example.org", "ada@xn--.org", "ada@xn--a.org", "ada@exam\u{7F}ple.org",
    ])
    func refuses(text: String) {
        #expect(throws: MailError.self) { try EnvelopeAddress(text) }
    }
}
