import Mailer
import Testing

@Suite struct AddressListTests {
    @Test func readsCommentsQuotesFoldsAndGroups() throws {
        let list = try MailAddressList(
            "(x) Ada (the (first)) Lovelace <ada@example.org>,\r\n \"Babbage, C.\" <c.b@example.org> (y),"
                + " Team (z) : a@b.org, \"B\" <b@b.org>; , Empty:;, John Q. Public <j@b.org>, \"a b\"@c.org"
        )
        #expect(
            list.description == """
                Ada Lovelace <ada@example.org>, "Babbage, C." <c.b@example.org>, Team: a@b.org, B <b@b.org>;, Empty: ;, \
                "John Q. Public" <j@b.org>, "a b"@c.org
                """
        )
        #expect(list.mailboxes.count == 6)
        #expect(try MailAddressList(list.description) == list)
    }

    /// RFC 5322, section 3.2.4: other programs fold long names wherever there is a space, between quotes too.
    @Test(arguments: [
        "\"Ada\r\n Lovelace\" <a@b.org>", "\"Ada\tLovelace\" <a@b.org>", "\"Ada\\\tLovelace\" <a@b.org>",
        "(tab \\\t)\"Ada\r\n\tLovelace\" <a@b.org>",
    ])
    func namesBetweenQuotesMayBeFolded(_ text: String) throws {
        #expect(try Mailbox(text).name == "Ada Lovelace")
        let list = try MailAddressList("\(text), \"T\r\n G\": \(text);")
        #expect(list.description == "Ada Lovelace <a@b.org>, T G: Ada Lovelace <a@b.org>;")
    }

    /// A local part goes over the wire, where there is neither fold nor tab.
    @Test(arguments: [
        "\"a\tb\"@c.org", "\"a\\\tb\"@c.org", "<\"a\tb\"@c.org>", "<\"a\r\n b\"@c.org>", "\"a\r\n b\"@c.org",
        "(c)\"a\r\n\tb\" (c) @c.org", "\"a\r\nb\" <a@c.org>",
    ])
    func localPartsMayNot(_ text: String) {
        #expect(throws: MailError.self) { try Mailbox(text) }
        #expect(throws: MailError.self) { try MailAddressList(text) }
        #expect(throws: MailError.self) { try MailAddressList("Group: \(text);") }
    }

    @Test func anEmptyLocalPartStandsInQuotes() throws {
        let address = try EnvelopeAddress("\"\"@example.org")
        #expect(address.localPart == "" && address.wireText == "\"\"@example.org")
        #expect(throws: MailError.self) { try EnvelopeAddress("@example.org") }
        #expect(throws: MailError.self) { try EnvelopeAddress(localPart: "", domain: MailDomain("example.org")) }
    }

    @Test(arguments: [
        "a@b.org,", ",a@b.org", "a@b.org,,c@d.org", "a@b.org c@d.org", "<a@b.org", "a@b.org>", "A <a@b.org> B", "<>",
        "A <>",
        "G: a@b.org", "G: H: a@b.org;;", ": a@b.org;", "(a@b.org", "a@b.org)", "\"A <a@b.org>", "A\r\n<a@b.org>",
        "A <a@b.org>\r\nBcc: x@y.z", "A\u{0} <a@b.org>", "A \"\u{7}\" <a@b.org>", "\"\\\u{7}\" <a@b.org>",
        "@c.org:a@b.org",
        "<@c.org:a@b.org>", "a.\"b\".c@d.org", "a . b@c.org", "A <a@b.org>; b@c.org", "=?utf-8?q?x?=@", "A@B <a@b.org>",
    ])
    func refuses(text: String) {
        #expect(throws: MailError.self) { try MailAddressList(text) }
    }

    @Test func emptyTextIsAnEmptyList() throws {
        #expect(try MailAddressList("").isEmpty)
        #expect(try MailAddressList(" (nobody) ").isEmpty)
    }

    @Test func deepAndLongTextEndsQuickly() {
        let texts = [
            String(repeating: "(", count: 1_000_000), String(repeating: "a:", count: 500_000),
            String(repeating: "a@b.org,", count: 2_500_000), String(repeating: "\"", count: 1_000_000),
            "G:" + String(repeating: "a@b.org,", count: 100_000), String(repeating: "a ", count: 500_000),
            String(repeating: "<", count: 1_000_000), "(" + String(repeating: "\\(", count: 500_000),
        ]
        let start = ContinuousClock.now
        for text in texts { #expect(throws: MailError.self) { try MailAddressList(text) } }
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    /// The text that one library reads as one address and the next as another.
    @Test func aQuotedAddressStaysInItsQuotes() throws {
        let mailbox = try Mailbox("\"evil@example.net x\"@example.org")
        #expect(mailbox.address.domain.wireText == "example.org")
        #expect(mailbox.address.wireText == "\"evil@example.net x\"@example.org")
        #expect(throws: MailError.self) { try EnvelopeAddress("a@b.org> SIZE=1") }
        #expect(throws: MailError.self) { try EnvelopeAddress("a@b.org ORCPT=rfc822;x@y") }
    }
}
