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
        ",", " , (c) ,", "a@b.org c@d.org", "<a@b.org", "a@b.org>", "A <a@b.org> B", "<>",
        "A <>",
        "G: a@b.org", "G: H: a@b.org;;", ": a@b.org;", "(a@b.org", "a@b.org)", "\"A <a@b.org>", "A\r\n<a@b.org>",
        "A <a@b.org>\r\nBcc: x@y.z", "A\u{0} <a@b.org>", "A \"\u{7}\" <a@b.org>", "\"\\\u{7}\" <a@b.org>",
        "@c.org:a@b.org",
        "<@c.org a@b.org>", "<@:a@b.org>", "<,a@b.org>", "<@c.org,:a@b.org", "<:a@b.org>", "<@c.org:>", "G: a@b.org,",
        "a . b . @c.org", "a .. b@c.org", ". a@c.org", "a b@c.org", "\"a\" b@c.org", "\"a\"\"b\"@c.org", "\"a\"b@c.org",
        "a.\"b\"\"c\"@d.org", "a@b . ", "a@b..org", "a@b . . org", "a@b org", "<a b@c.org>", "<a.\"b\"c@d.org>",
        "\"a\r\n b\".c@d.org", "a.\"b\tc\"@d.org", "A <a@b.org>; b@c.org", "=?utf-8?q?x?=@", "A@B <a@b.org>",
    ])
    func refuses(text: String) {
        #expect(throws: MailError.self) { try MailAddressList(text) }
    }

    /// RFC 5322, section 4.4 and appendices A.5, A.6.1 and A.6.3: forms that nobody may write, and everybody has to read.
    private static let obsolete: [(text: String, modern: String)] = [
        (
            "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
            "Mary Smith <mary@example.net>, jdoe@test.example"
        ),
        ("John Doe <jdoe@machine(comment).  example>", "John Doe <jdoe@machine.example>"),
        ("Mary Smith\r\n          \r\n          <mary@example.net>", "Mary Smith <mary@example.net>"),
        ("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete <pete@silly.test>"),
        ("\"a\".\"b\"@x.org", "a.b@x.org"), ("a . b@x.org", "a.b@x.org"), ("a(c).(d)b @ x.org", "a.b@x.org"),
        ("a.\"b c\".d@x.org", "\"a.b c.d\"@x.org"), ("<\"a\" . b (c) . \"d\"@x.org>", "a.b.d@x.org"),
        ("\"a@b\".c@x.org", "\"a@b.c\"@x.org"), ("a\r\n . b@x\r\n .org", "a.b@x.org"),
        ("<@a.test,@b.test:c@d.org>", "c@d.org"), ("A <,, @a.test , , @b . test (c) : c@d.org>", "A <c@d.org>"),
        (",a@b.org", "a@b.org"), ("a@b.org,", "a@b.org"), ("a@b.org,,c@d.org", "a@b.org, c@d.org"),
        ("(c),, A <a@b.org> ,(d) , b@c.org (e), ,", "A <a@b.org>, b@c.org"),
        ("G: ,a@b.org,,c@d.org, ;, x@y.org", "G: a@b.org, c@d.org;, x@y.org"), ("G:,,;", "G: ;"),
    ]

    @Test func obsoleteFormsAreReadAndWrittenInTheFormOfToday() throws {
        for (text, modern) in Self.obsolete {
            let list = try MailAddressList(text)
            #expect(list.description == modern, "\(text)")
            #expect(try MailAddressList(list.description) == list)
            if !text.contains(",") { #expect(try Mailbox(text).description == modern) }
            // What goes over the wire is read strictly.
            #expect(throws: MailError.self) { try EnvelopeAddress(text) }
        }
        for text in [
            "\"a\".\"b\"@x.org", "a . b@x.org", "a@b . org", "a(c)@b.org", "@a.test:b@c.org", "<a@b.org>", " a@b.org",
            "a.\"b\"@x.org", "a@b(c).org",
        ] {
            #expect(throws: MailError.self) { try EnvelopeAddress(text) }
        }
    }

    /// What Python reads in an obsolete list is what it reads in ours.
    @Test func obsoleteFormsMeanWhatPythonReadsInThem() async throws {
        let script = """
            import email, email.policy, json, sys
            def read(text):
                to = email.message_from_string("To: " + text + "\\r\\n\\r\\n", policy=email.policy.default)["to"]
                return [[g.display_name, [[a.display_name, a.username, a.domain] for a in g.addresses]] for g in to.groups]
            json.dump([read(old) == read(new) for old, new in json.load(sys.stdin)], sys.stdout)
            """
        let pairs = Self.obsolete.map { [$0.text, try? MailAddressList($0.text).description] }
        let isSame = try await MailReaders.python(script, pairs, as: [Bool].self)
        for (pair, isSame) in zip(pairs, isSame) { #expect(isSame, "\(pair)") }
        #expect(isSame.count == pairs.count)
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
            String(repeating: ",", count: 1_000_000), "<" + String(repeating: "@a,", count: 300_000),
            "G:" + String(repeating: ",", count: 1_000_000), String(repeating: "\"a\".", count: 200_000) + "@b.org",
            "a@" + String(repeating: "b . ", count: 200_000) + "c", String(repeating: ",(", count: 500_000),
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
