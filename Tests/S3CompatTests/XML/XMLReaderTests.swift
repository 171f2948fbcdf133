import GroundworkCore
import Testing

@testable import S3Compat

@Suite struct XMLReaderTests {
    private func events(_ text: String, limits: XMLLimits = XMLLimits()) throws(XMLError) -> [XMLEvent] {
        try events(Array(text.utf8), limits: limits)
    }

    private func events(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(XMLError) -> [XMLEvent] {
        var reader = try XMLReader(bytes, limits: limits)
        var events: [XMLEvent] = []
        while let event = try reader.next() { events.append(event) }
        return events
    }

    private func reason(_ text: String, limits: XMLLimits = XMLLimits()) -> XMLError.Reason? {
        do throws(XMLError) {
            _ = try events(text, limits: limits)
            return nil
        } catch { return error.reason }
    }

    @Test func readsElementsAttributesAndText() throws {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a x='1' y=\"2\">t<b/>u</a>\n"
        #expect(
            try events(text) == [
                .start(
                    name: "a",
                    attributes: [XMLAttribute(name: "x", value: "1"), XMLAttribute(name: "y", value: "2")]
                ),
                .text("t"), .start(name: "b", attributes: []), .end(name: "b"), .text("u"), .end(name: "a"),
            ]
        )
    }

    @Test func resolvesReferencesAndJoinsText() throws {
        let text = "<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x1F600;<!-- c --><![CDATA[<x>&amp;]]>]<?pi x?>!</a>"
        #expect(
            try events(text) == [.start(name: "a", attributes: []), .text("<&>\"'A😀<x>&amp;]!"), .end(name: "a")]
        )
    }

    @Test func normalisesLineEnds() throws {
        #expect(try events("<a>1\r\n2\r3\n4</a>")[1] == .text("1\n2\n3\n4"))
        #expect(try events("<a>&#13;&#10;</a>")[1] == .text("\r\n"))
    }

    @Test func givesControlCharactersThatStoresReference() throws {
        #expect(try events("<a>&#1;</a>")[1] == .text("\u{1}"))
    }

    @Test(arguments: [
        ("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", XMLError.Reason.documentType), ("<a>&x;</a>", .unknownEntity),
        ("<a>&#0;</a>", .invalidCharacter), ("<a>&#xD800;</a>", .invalidCharacter), ("<a>\u{1}</a>", .invalidCharacter),
        ("<a>&#x110000;</a>", .invalidCharacter), ("<a>\u{FFFE}</a>", .invalidCharacter), ("<a></b>", .mismatchedTag),
        ("<a>", .truncated), ("<a", .truncated), ("", .noRoot), ("  ", .noRoot), ("<a/><b/>", .contentOutsideRoot),
        ("x<a/>", .contentOutsideRoot), ("<a/>x", .contentOutsideRoot), ("<a x='1' x='2'/>", .duplicateAttribute),
        ("<a>]]></a>", .malformed), ("<a x=1/>", .malformed), ("<a x='1'y='2'/>", .malformed),
        ("<a x='<'/>", .malformed),
        ("<1/>", .malformed), ("</a>", .mismatchedTag), ("<a><!-- -- --></a>", .malformed),
        ("<a><?xml?></a>", .malformed),
        ("<?xml version='1.0' encoding='UTF-16'?><a/>", .unsupportedEncoding), ("<a>&amp</a>", .truncated),
        ("<a>&#xZ;</a>", .malformed), ("<a>&#;</a>", .malformed), ("<![CDATA[x]]>", .contentOutsideRoot),
        ("<?xml encoding='UTF-8'?><a/>", .malformed), ("<?xml version='1.0' standalone='maybe'?><a/>", .malformed),
    ])
    func refuses(_ text: String, _ expected: XMLError.Reason) {
        #expect(reason(text) == expected)
    }

    @Test func refusesWhatIsNotUTF8() {
        #expect(throws: XMLError.self) { try events([0x3C, 0x61, 0x3E, 0xFF, 0x3C, 0x2F, 0x61, 0x3E]) }
    }

    @Test func keepsToItsLimits() {
        var limits = XMLLimits()
        limits.maximumDepth = 3
        limits.maximumAttributes = 1
        limits.maximumNameBytes = 4
        limits.maximumBytes = 40
        #expect(reason("<a><b><c/></b></a>", limits: limits) == nil)
        #expect(reason("<a><b><c><d/></c></b></a>", limits: limits) == .tooDeep)
        #expect(reason("<a x='' y=''/>", limits: limits) == .tooManyAttributes)
        #expect(reason("<abcde/>", limits: limits) == .nameTooLong)
        #expect(reason("<a>\(String(repeating: "x", count: 40))</a>", limits: limits) == .tooLarge)
    }

    @Test func readsChildrenByLocalName() throws {
        var reader = try XMLReader(Array("<s3:R xmlns:s3='x'><s3:A>1</s3:A> <B><C>2</C></B><D/></s3:R>".utf8))
        #expect(try reader.root() == "R")
        var seen: [String] = []
        try reader.children { (reader, name) throws(XMLError) in
            seen.append(name == "A" ? "A=\(try reader.integer())" : name)
        }
        try reader.finish()
        #expect(seen == ["A=1", "B", "D"])
    }

    @Test func writesWhatItReads() throws {
        let text = "<&>\"' \t\n\r ]]> é😀"
        var writer = XMLWriter()
        writer.element("a", namespace: "n\"s") { $0.element("k", text) }
        let read = try events(writer.bytes)
        #expect(read.contains(.text(text)))
    }
}
