import AppleSignIn
import AppleSignInTesting
import GroundworkCore
import GroundworkCrypto
import Testing

@Suite struct JWKSetTests {
    @Test func theSetOfRFC7517HasOneKeyForSignatures() throws {
        let set = try JWKSet(parsing: Array(RFCVectors.keySet.utf8))
        #expect(set.keyIDs == ["2011-04-29"])
        #expect(set.skipped == 1)
        #expect(set["2011-04-29"]?.bitCount == 2048)
        #expect(set["1"] == nil)
    }

    @Test func keysOfOtherTypesAndUsesArePassedOver() throws {
        let issuer = try FakeAppleIssuer(issuer: "x")
        let good = String(decoding: issuer.keySet, as: UTF8.self).dropFirst(#"{"keys":["#.count).dropLast(2)
        // The good key with one thing changed, each under a name of its own.
        let changes: [(name: String, old: String, new: String)] = [
            ("enc", #""sig""#, #""enc""#), ("ps", "RS256", "PS256"), ("e3", #""AQAB""#, #""Aw""#),
            ("e1", #""AQAB""#, #""AQ""#), ("even", #""AQAB""#, #""AQAA""#), ("zero", #""AQAB""#, #""AAEAAQ""#),
            ("padded", #""AQAB""#, #""AQAB=""#), ("number", #""kid":"number""#, #""kid":7"#),
        ]
        var odd: [String] = changes.map { change in
            String(good.replacing("FAKE000001", with: change.name).replacing(change.old, with: change.new))
        }
        odd += [
            #"{"kty":"oct","kid":"o","k":"AAAA"}"#, #"{"kty":"EC","kid":"e","crv":"P-256","x":"AA","y":"AA"}"#,
            #"{"kty":"OKP","kid":"p","crv":"Ed25519","x":"AA"}"#, #"{"kty":"new","kid":"n"}"#, "7", "null", "[]",
            #""x""#, #"{"kty":"RSA","kid":"short","n":"AQAB","e":"AQAB"}"#, #"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#,
        ]
        let text = #"{"keys":["# + (odd + [String(good)]).joined(separator: ",") + #"],"next":{"a":[1]}}"#
        let set = try JWKSet(parsing: Array(text.utf8))
        #expect(set.keyIDs == ["FAKE000001"])
        #expect(set.skipped == odd.count)
    }

    @Test func namesAreComparedByteByByte() throws {
        let issuer = try FakeAppleIssuer(issuer: "x")
        let text = String(decoding: issuer.keySet, as: UTF8.self)
        let set = try JWKSet(parsing: Array(text.replacing("FAKE000001", with: "FA\u{212A}E").utf8))
        // Swift holds the sign for kelvin and the letter for equal.
        #expect("FA\u{212A}E" == "FAKE")
        #expect(set["FA\u{212A}E"] != nil)
        #expect(set["FAKE"] == nil)
        #expect(set["fa\u{212A}e"] == nil)
    }

    @Test(arguments: [
        "", "<html></html>", "[]", "{}", #"{"keys":{}}"#, #"{"keys":null}"#, #"{"keys":[]}"#, #"{"keys":[],"keys":[]}"#,
        "\u{FEFF}{\"keys\":[]}", #"{"keys":[}"#, #"{"keys":[]} x"#,
    ])
    func whatIsNoSetIsRefused(text: String) {
        #expect(throws: JWKSet.Refusal.self) { try JWKSet(parsing: Array(text.utf8)) }
    }

    @Test func aSetOfMoreThan64KiBIsRefusedUnread() {
        let text = String(repeating: " ", count: 65_537)
        #expect(throws: JWKSet.Refusal.self) { try JWKSet(parsing: Array(text.utf8)) }
    }
}
