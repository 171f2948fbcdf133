import GroundworkCore
import Mailer
import Testing

@Suite struct DomainTests {
    /// Names that need no mapping, in scripts of all kinds.
    private static let names = [
        "bücher.example", "straße.example", "münchen-ost.example", "ελλάδα.example", "пример.рф", "例え.テスト",
        "中国.example", "한국.example", "ไทย.example", "हिन्दी.example", "தமிழ்.example", "বাংলা.example", "ישראל.example",
        "عرب.example", "հայ.example", "fußball.example", "ñandú.example", "ål.example", "łódź.example", "ış.example",
        "日本語ー.example", "〇.example", "ქართული.example", "ትግርኛ.example",
    ]

    @Test func namesBecomeWhatPythonsIDNAMakesOfThem() async throws {
        let script = """
            import idna, json, sys
            json.dump([".".join(idna.alabel(l).decode() for l in n.split(".")) for n in json.load(sys.stdin)], sys.stdout)
            """
        let expected = try await MailReaders.python(script, Self.names, as: [String].self)
        for (name, wanted) in zip(Self.names, expected) {
            #expect(try MailDomain(name).wireText == wanted)
            #expect(try MailDomain(wanted).wireText == wanted)
        }
    }

    /// What IDNA refuses, or what has to be mapped first, must not be encoded by guesswork.
    @Test(arguments: [
        "Ülm.example", "bu\u{308}cher.example", "example。org", "ｅxample.org", "a\u{200D}b.example", "a\u{AD}b.example",
        "☃.example", "💩.example", "a\u{2024}b.example", "ﬁsh.example", "\u{301}a.example", "٣.example", "ー·.example",
        "\u{0BC6}\u{0BBE}a.example", "க\u{0BC6}\u{0BBE}.example", "a\u{303}b.example", "ㄅ\u{FF9E}.example",
    ])
    func whatNeedsMappingIsRefused(name: String) {
        #expect(throws: MailError.self) { try MailDomain(name) }
    }

    @Test func lookAlikesAreLeftAlone() throws {
        let cyrillic = try EnvelopeAddress("admin@\u{0430}pple.example")
        let latin = try EnvelopeAddress("admin@apple.example")
        #expect(cyrillic != latin)
        #expect(cyrillic.domain.wireText == "xn--pple-43d.example")
    }

    @Test func limitsHold() throws {
        let label = String(repeating: "a", count: 63)
        #expect(try MailDomain("\(label).example").wireText == "\(label).example")
        #expect(throws: MailError.self) { try MailDomain("a\(label).example") }
        #expect(throws: MailError.self) { try MailDomain([label, label, label, label].joined(separator: ".")) }
        #expect(throws: MailError.self) { try MailDomain(String(repeating: "ü", count: 60) + ".example") }
        #expect(throws: MailError.self) { try MailDomain(String(repeating: "a.", count: 1_000_000)) }
        let local = String(repeating: "l", count: 64)
        #expect(try EnvelopeAddress("\(local)@example.org").localPart == local)
        #expect(throws: MailError.self) { try EnvelopeAddress("l\(local)@example.org") }
        let domain = "\(label).\(label).\(String(repeating: "b", count: 61))"
        #expect(try EnvelopeAddress("\(local)@\(domain)").wireText.utf8.count == 254)
        #expect(throws: MailError.self) { try EnvelopeAddress("\(local)@\(domain)b") }
        #expect(throws: MailError.self) { try EnvelopeAddress(String(repeating: "ü", count: 33) + "@example.org") }
    }
}
