import Testing

@testable import LoopbackS3

@Suite struct LoopbackDocumentTests {
    @Test func elementsTextAndReferencesAreRead() {
        let text =
            "<?xml version=\"1.0\"?><!-- x --><a:Delete xmlns:a=\"u\"><Object><Key>&lt;&#x41;&#66;é<![CDATA[<&]]></Key>"
            + "<Empty/></Object></a:Delete>\n"
        let root = XMLElement.parse(Array(text.utf8))
        #expect(root?.name == "Delete")
        #expect(root?.child("Object")?.value("Key") == "<ABé<&")
        #expect(root?.child("Object")?.value("Empty") == "")
    }

    @Test(arguments: [
        "", "<a>", "<a></b>", "<a>&nope;</a>", "<a>&amp</a>", "<!DOCTYPE a><a/>", "<a/><b/>", "text", "<a",
        "<a><b></a></b>",
        "<a>&#xD800;</a>",
    ])
    func malformedDocumentsAreRefused(_ text: String) {
        #expect(XMLElement.parse(Array(text.utf8)) == nil)
    }

    @Test func deepDocumentsAreRefused() {
        let text = String(repeating: "<a>", count: 20) + String(repeating: "</a>", count: 20)
        #expect(XMLElement.parse(Array(text.utf8)) == nil)
    }

    @Test func writtenDocumentsAreReadBack() {
        let bytes = XMLText.document("R") { $0.element("K", "<&>\"' é\u{1}") }
        #expect(XMLElement.parse(bytes)?.value("K") == "<&>\"' é\u{1}")
    }

    @Test func crc64IsThatOfTheCatalogue() throws {
        var running = try RunningChecksum(.crc64nvme)
        running.update(Array("123456789".utf8)[...])
        #expect(try running.finish() == [0xAE, 0x8B, 0x14, 0x86, 0x0A, 0x79, 0x98, 0x88])
    }

    @Test(arguments: [
        ("abc", true), ("a.b-c9", true), ("ab", false), ("Abc", false), ("a..b", false), ("-ab", false), ("ab-", false),
        ("192.168.5.4", false), ("a_b", false), (String(repeating: "a", count: 64), false),
    ])
    func bucketNamesFollowTheRules(_ name: String, _ isValid: Bool) {
        #expect(BucketName.isValid(name) == isValid)
    }

    @Test(
        arguments: [
            ("bytes=0-0", 0..<1), ("bytes=2-", 2..<10), ("bytes=-3", 7..<10), ("bytes=0-99", 0..<10),
            ("bytes=-99", 0..<10),
        ] as [(String, Range<Int64>)]
    )
    func rangesAreCutToTheObject(_ text: String, _ expected: Range<Int64>) throws {
        #expect(try ByteRange(text)?.resolve(10) == expected)
    }

    @Test(arguments: ["bytes=10-", "bytes=-0"])
    func rangesBehindTheEndAreRefused(_ text: String) throws {
        let range = try #require(ByteRange(text))
        #expect(throws: S3Failure.self) { try range.resolve(10) }
    }

    @Test(arguments: ["bytes=", "bytes=a-b", "bytes=5-2", "items=0-1", "bytes=-", "bytes=0-1,3-4"])
    func otherRangesAreIgnored(_ text: String) {
        #expect(ByteRange(text) == nil)
    }
}
