import AppleSignIn
import GroundworkCore
import Testing

@Suite struct Base64URLTests {
    @Test func everyLengthComesBack() {
        for length in 0..<70 {
            let bytes = ManualBytes.make(length)
            let text = Array(Base64.encodeURL(bytes).utf8)
            #expect(Base64URL.decode(text[...]) == bytes)
        }
    }

    @Test(arguments: ["A", "AB", "AAB", "AA==", "A+AA", "A/AA", "AA AA", "AA\n", "\u{e9}", "AAAAA"])
    func otherSpellingsAreRefused(text: String) {
        #expect(Base64URL.decode(Array(text.utf8)[...]) == nil)
    }
}

private enum ManualBytes {
    static func make(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) } }
}
