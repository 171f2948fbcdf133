import GroundworkCore
import Mailer
import Testing

/// What would end a header's line or smuggle in another field cannot be made: the types refuse it.
@Suite struct InjectionTests {
    static let attacks = [
        "a\r\nBcc: evil@example.net", "a\nBcc: evil@example.net", "a\rBcc: evil@example.net", "a\u{0}b", "a\u{7F}b",
        "a\tb",
        "a\u{85}Bcc: x@y.z", "a\u{2028}b", "a\u{2029}b", "\r\n\r\n<script>", "a\u{1}b", "a\r\n b", "a\u{9F}",
    ]

    @Test(arguments: attacks) func noHeaderValueHoldsIt(attack: String) {
        #expect(throws: MailError.self) { try HeaderValue(attack) }
        #expect(throws: MailError.self) { try MailHeader("X-Test", attack) }
        let clean = HeaderValue(cleaning: attack)
        #expect(clean.text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }

    @Test(arguments: attacks + ["", "a b", "a:b", "ä", "X-\u{AD}", String(repeating: "x", count: 77)])
    func noHeaderNameHoldsIt(attack: String) {
        #expect(throws: MailError.self) { try HeaderName(attack) }
    }

    @Test(arguments: [
        "Bcc", "bcc", "FROM", "Content-Type", "DKIM-Signature", "List-Unsubscribe", "Return-Path", "Received",
    ])
    func noOwnHeaderReplacesOursThroughTheBackDoor(name: String) {
        let error = #expect(throws: MailError.self) { try MailHeader(name, "x") }
        #expect(error?.code == .reservedHeader)
    }

    @Test(arguments: attacks) func noAddressHoldsIt(attack: String) {
        #expect(throws: MailError.self) { try EnvelopeAddress("\(attack)@example.org") }
        #expect(throws: MailError.self) { try EnvelopeAddress("\"\(attack)\"@example.org") }
        #expect(throws: MailError.self) { try EnvelopeAddress("a@\(attack)") }
        #expect(throws: MailError.self) { try EnvelopeAddress(localPart: attack, domain: MailDomain("example.org")) }
        #expect(throws: MailError.self) { try Mailbox(name: attack + "x", address: EnvelopeAddress("a@example.org")) }
        #expect(throws: MailError.self) { try MailGroup(attack + "x") }
        #expect(throws: MailError.self) { try MailDomain(attack) }
        #expect(throws: MailError.self) { try MessageID("\(attack)@example.org") }
    }

    @Test(arguments: attacks + ["", "../x", "a/b", "a\\b", String(repeating: "x", count: 256)])
    func noFileNameHoldsIt(attack: String) {
        #expect(throws: MailError.self) { try MailAttachment(fileName: attack, content: .bytes([UInt8]())) }
    }

    @Test(
        arguments: attacks + [
            "text", "text/", "/x", "a b/c", "text/plain;", "text/plain; a", "text/plain; a=\"b", "multipart/mixed",
        ]
    )
    func noContentTypeHoldsIt(attack: String) {
        #expect(throws: MailError.self) { try MailContentType(attack) }
        guard Self.attacks.contains(attack) else { return }
        #expect(throws: MailError.self) { try MailContentType("text/plain; name=\"\(attack)\"") }
        #expect(throws: MailError.self) { try ContentID(attack) }
    }

    @Test(
        arguments: attacks + [
            "http://example.org/u", "https://", "https://example.org/a b", "https://example.org/>,<mailto:x@y.z>",
            "https://example.org/\"", "javascript:alert(1)", "https://example.org/ü", "mailto:a@example.org",
        ]
    )
    func noListHeaderHoldsIt(attack: String) {
        #expect(throws: MailError.self) { try ListUnsubscribe.oneClick(url: attack) }
        #expect(throws: MailError.self) { try ListUnsubscribe.page(url: attack) }
        guard Self.attacks.contains(attack) else { return }
        #expect(throws: MailError.self) { try ListUnsubscribe.oneClick(url: "https://example.org/\(attack)") }
    }

    @Test(arguments: attacks) func noOptionHoldsIt(attack: String) {
        #expect(throws: MailError.self) { try IdempotencyKey(attack) }
        #expect(throws: MailError.self) { try MailTag(attack) }
        #expect(throws: MailError.self) { try MailTag("a", attack) }
        #expect(throws: MailError.self) { try MailLocale(attack) }
    }

    @Test func aCommaOfTheURLDoesNotEndTheListEntry() async throws {
        var message = try Samples.message()
        message.listUnsubscribe = try .oneClick(url: "https://example.org/a,b")
        let text = String(decoding: try await Samples.compose(message), as: UTF8.self)
        #expect(text.contains("<https://example.org/a%2Cb>"))
    }

    @Test func theURLsLengthIsThatOfWhatIsWritten() async throws {
        let limit = ListUnsubscribe.maximumURLLength
        let commas = "https://example.org/" + String(repeating: ",", count: limit - 20)
        #expect(commas.utf8.count == limit)
        #expect(throws: MailError.self) { try ListUnsubscribe.oneClick(url: commas) }
        var message = try Samples.message()
        let longest = "https://example.org/" + String(repeating: ",", count: (limit - 20) / 3)
        message.listUnsubscribe = try .oneClick(url: longest, address: EnvelopeAddress("off@example.org"))
        #expect(MIMEMessage.violations(of: try await Samples.compose(message)) == [])
    }

    @Test func errorsDoNotRepeatWhatTheyRefuse() {
        let error = #expect(throws: MailError.self) { try EnvelopeAddress("s3cret token\r\n@example.org") }
        #expect(error?.description.contains("s3cret") == false)
        #expect(error?.description.contains("\r") == false)
    }

    @Test func repliesAreShownInOneLine() {
        let reply = MailReply(code: 550, enhancedCode: EnhancedStatusCode(5, 1, 1), text: "no\r\nsuch\u{1B}[31m user")
        #expect(reply.description == "550 5.1.1 no  such [31m user")
    }
}
