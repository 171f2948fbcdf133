import AppleSignIn
import GroundworkCore
import Testing

/// The examples of the RFCs, and what the compact form must not be.
@Suite struct CompactJWSTests {
    private func isValid(_ token: String, _ key: String) throws -> Bool {
        try JWK(parsing: Array(key.utf8)).isValid(try CompactJWS(parsing: token))
    }

    @Test func theExamplesOfRFC7515And7520AreAccepted() throws {
        #expect(try isValid(RFCVectors.rs256, RFCVectors.rs256Key))
        #expect(try isValid(RFCVectors.es256, RFCVectors.es256Key))
        #expect(try isValid(RFCVectors.cookbookRS256, RFCVectors.cookbookRSAKey))
        let jws = try CompactJWS(parsing: RFCVectors.cookbookRS256)
        #expect(jws.keyID == "bilbo.baggins@hobbiton.example")
        #expect(String(decoding: jws.payload, as: UTF8.self).hasPrefix("It’s a dangerous business, Frodo"))
    }

    @Test func otherAlgorithmsOfRFC7520AreRefused() throws {
        #expect(try !isValid(RFCVectors.cookbookPS384, RFCVectors.cookbookRSAKey))
        #expect(try !isValid(RFCVectors.cookbookES512, RFCVectors.cookbookES512Key))
        #expect(try !isValid(RFCVectors.cookbookHS256, RFCVectors.cookbookHS256Key))
    }

    @Test func theUnsecuredExampleIsSignedByNobody() throws {
        let jws = try CompactJWS(parsing: RFCVectors.unsecured)
        #expect(jws.algorithm == "none")
        #expect(jws.signature.isEmpty)
        for key in [RFCVectors.rs256Key, RFCVectors.es256Key, RFCVectors.cookbookHS256Key, #"{"kty":"oct","k":""}"#] {
            #expect(try !isValid(RFCVectors.unsecured, key))
        }
    }

    @Test func theCriticalExtensionOfAppendixEIsRefused() {
        #expect(throws: CompactJWS.Refusal.criticalExtension) { try CompactJWS(parsing: RFCVectors.critical) }
    }

    @Test func aKeyVerifiesByItsOwnAlgorithmOnly() throws {
        #expect(try !isValid(RFCVectors.rs256, RFCVectors.es256Key))
        #expect(try !isValid(RFCVectors.es256, RFCVectors.rs256Key))
        for (token, key) in [
            (RFCVectors.rs256, RFCVectors.rs256Key), (RFCVectors.es256, RFCVectors.es256Key),
        ] {
            let open = String(key.dropLast())
            let right = token == RFCVectors.rs256 ? "RS256" : "ES256"
            #expect(try isValid(token, open + #","alg":"\#(right)","use":"sig","key_ops":["verify"]}"#))
            for bad in [
                #""alg":"PS256""#, #""alg":"none""#, #""alg":7"#, #""use":"enc""#, #""key_ops":["sign"]"#,
                #""key_ops":[]"#, #""key_ops":["verify","verify"]"#, #""use":null"#,
            ] {
                #expect(try !isValid(token, "\(open),\(bad)}"), "\(bad)")
            }
        }
    }

    @Test func aTokenThatNamesAnotherKeyIsRefused() throws {
        let other = RFCVectors.cookbookRSAKey.replacing("bilbo", with: "frodo")
        #expect(try !isValid(RFCVectors.cookbookRS256, other))
    }

    @Test func everyChangedBitBreaksTheSignature() throws {
        let key = try JWK(parsing: Array(RFCVectors.es256Key.utf8))
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let token = Array(RFCVectors.es256.utf8)
        for index in token.indices where token[index] != UInt8(ascii: ".") {
            let value = try #require(alphabet.firstIndex(of: token[index]))
            for bit in 0..<6 {
                var changed = token
                changed[index] = alphabet[value ^ (1 << bit)]
                guard let jws = try? CompactJWS(parsing: String(decoding: changed, as: UTF8.self)) else { continue }
                #expect(!key.isValid(jws))
            }
        }
    }

    @Test func whatIsTooLongIsRefusedBeforeAnythingIsDecoded() {
        // None of them is base64url: a reader that began to decode would say so.
        let spaces = String(repeating: " ", count: 1 << 20)
        #expect(throws: CompactJWS.Refusal.tooLong(limit: 16_384)) { try CompactJWS(parsing: spaces) }
        let dots = String(repeating: ".", count: 1_000_000)
        #expect(throws: CompactJWS.Refusal.tooLong(limit: 16_384)) { try CompactJWS(parsing: dots) }
        // Within the limit, the third dot ends the search.
        #expect(throws: CompactJWS.Refusal.notThreeParts) {
            try CompactJWS(parsing: "!!!" + dots, maximumBytes: 1 << 20)
        }
    }

    @Test(arguments: [
        "[]", "7", #""RS256""#, "{", #"{"alg":"RS256"}x"#, #"{"alg":"RS256",}"#, "\u{FEFF}{}", #"{"alg":"\ud800"}"#, "",
        #"{"alg":"RS256","alg":"RS256"}"#, #"{"alg":"RS256","x":{"a":1,"\u0061":2}}"#, #"{'alg':'RS256'}"#,
    ])
    func headersThatAreNoStrictObjectAreRefused(header: String) {
        let token = Base64.encodeURL(Array(header.utf8)) + ".e30.AA"
        #expect(throws: CompactJWS.Refusal.self) { try CompactJWS(parsing: token) }
    }

    @Test func theSignedBytesAreThoseThatWereSent() throws {
        let jws = try CompactJWS(parsing: RFCVectors.es256)
        let signed = jws.withSignature { _, signed in
            var bytes: [UInt8] = []
            for index in signed.indices { bytes.append(signed[index]) }
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(RFCVectors.es256.hasPrefix(signed + "."))
        #expect(!signed.hasSuffix("."))
    }
}
