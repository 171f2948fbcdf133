import Testing

@testable import S3Compat

@Suite struct PercentEncodingTests {
    @Test(arguments: [
        ("a//b", "a//b"), ("../x", "../x"), ("a/./b", "a/./b"), ("a+b", "a%2Bb"), ("%2F", "%252F"), ("a b", "a%20b"),
        ("😀", "%F0%9F%98%80"), ("\u{1}", "%01"), ("~-._", "~-._"), ("e\u{301}", "e%CC%81"), ("é", "%C3%A9"),
    ])
    func encodesAKeyOnce(_ key: String, _ expected: String) {
        #expect(PercentEncoding.path(key) == expected)
    }

    @Test func encodesSlashesOfQueries() {
        #expect(PercentEncoding.query("a/b") == "a%2Fb")
    }

    @Test func decodesWhatItEncodes() {
        for value in UInt32(0)..<0x3000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "x\(Character(scalar))/y"
            let decoded = PercentEncoding.decode(PercentEncoding.path(text), plusIsSpace: true)
            #expect(decoded.map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test func readsPlusAsSpaceOnlyWhereStoresMeanIt() {
        #expect(PercentEncoding.decode("a+b%2B", plusIsSpace: true) == "a b+")
        #expect(PercentEncoding.decode("a+b%2B", plusIsSpace: false) == "a+b+")
    }

    @Test(arguments: ["%", "%4", "%zz", "%ff", "a%c3"])
    func refusesMalformedEscapes(_ text: String) {
        #expect(PercentEncoding.decode(text, plusIsSpace: true) == nil)
    }
}
