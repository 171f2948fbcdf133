import AppleSignIn
import AppleSignInTesting
import FoundationEssentials
import GroundworkCore
import GroundworkCrypto
import Testing

/// Each known attack on verifiers of signed tokens, by its name.
@Suite struct TokenAttackTests {
    let bench: VerifierBench

    init() throws { bench = try VerifierBench() }

    private func encoded(_ text: String) -> String { Base64.encodeURL(Array(text.utf8)) }

    private func header(_ text: String) throws -> String {
        try bench.issuer.sign(payload: bench.payload(), header: text)
    }

    @Test func aGoodTokenIsAccepted() async throws {
        #expect(await bench.code(try bench.token()) == nil)
        #expect(await bench.code(try bench.issuer.sign(payload: bench.payload())) == nil)
    }

    @Test(arguments: ["none", "None", "NONE", "nOnE", ""])
    func algNone(name: String) async throws {
        let id = bench.issuer.currentKeyID
        let unsigned = encoded(#"{"alg":"\#(name)","kid":"\#(id)"}"#) + "." + encoded(bench.payload()) + "."
        #expect(await bench.code(unsigned) == .unsupportedAlgorithm)
        #expect(await bench.code(try header(#"{"alg":"\#(name)","kid":"\#(id)"}"#)) == .unsupportedAlgorithm)
    }

    @Test(arguments: ["HS256", "RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", "S256"])
    func otherAlgorithms(name: String) async throws {
        #expect(
            await bench.code(try header(#"{"alg":"\#(name)","kid":"\#(bench.issuer.currentKeyID)"}"#))
                == .unsupportedAlgorithm
        )
    }

    /// A set with a key that names no algorithm, and a token that takes an empty secret for its own.
    @Test(arguments: [[UInt8](), [0], Array("secret".utf8)])
    func emptyHMACKey(secret: [UInt8]) async throws {
        let open = String(decoding: bench.issuer.keySet, as: UTF8.self).replacing(#""alg":"RS256","#, with: "")
        bench.transport.set(Array(open.utf8))
        for name in ["HS256", "HS512", "hs256"] {
            let signed =
                encoded(#"{"alg":"\#(name)","kid":"\#(bench.issuer.currentKeyID)"}"#) + "." + encoded(bench.payload())
            let code = try HMACKey(.sha256, key: secret).authenticate(Array(signed.utf8))
            #expect(await bench.code(signed + "." + Base64.encodeURL(code)) == .unsupportedAlgorithm)
        }
        #expect(await bench.code(try bench.token()) == nil)
    }

    @Test func algorithmFromAnUnprotectedHeader() async throws {
        let parts = try bench.token().split(separator: ".")
        let kid = bench.issuer.currentKeyID
        for json in [
            #"{"payload":"\#(parts[1])","protected":"\#(encoded(#"{"kid":"\#(kid)"}"#))","header":{"alg":"RS256"},"signature":"\#(parts[2])"}"#,
            #"{"payload":"\#(parts[1])","header":{"alg":"none","kid":"\#(kid)"},"signature":""}"#,
            #"{"payload":"\#(parts[1])","signatures":[{"protected":"\#(parts[0])","header":{"alg":"HS256"},"signature":"\#(parts[2])"}]}"#,
        ] {
            #expect(await bench.code(json) == .malformedToken)
        }
        // And in the compact form: what is not signed in the header is not there.
        #expect(await bench.code(try header(#"{"kid":"\#(kid)","header":{"alg":"RS256"}}"#)) == .malformedToken)
    }

    @Test func anRS256SignatureUnderAnotherName() async throws {
        for name in ["PS256", "ES256", "RS512"] {
            let parts = try header(#"{"alg":"\#(name)","kid":"\#(bench.issuer.currentKeyID)"}"#).split(separator: ".")
            #expect(await bench.code(parts.joined(separator: ".")) == .unsupportedAlgorithm)
        }
        // A key that is for another algorithm, or another type, verifies nothing.
        for (old, new) in [
            (#""alg":"RS256""#, #""alg":"PS256""#), (#""kty":"RSA""#, #""kty":"EC""#),
            (#""use":"sig""#, #""use":"enc""#),
        ] {
            let bench = try VerifierBench()
            bench.transport.set(
                Array(String(decoding: bench.issuer.keySet, as: UTF8.self).replacing(old, with: new).utf8)
            )
            #expect(await bench.code(try bench.token()) == .keysUnavailable)
        }
    }

    /// Swift's `==` holds for them, a comparison of bytes does not.
    @Test func keyIDsAndAudiencesInOtherSpellings() async throws {
        #expect("F\u{41}KE000001" == bench.issuer.currentKeyID && "\u{212A}" == "K")
        let kelvin = bench.issuer.currentKeyID.replacing("K", with: "\u{212A}")
        #expect(await bench.code(try bench.token()) == nil)
        #expect(await bench.code(try header(#"{"alg":"RS256","kid":"\#(kelvin)"}"#)) == .unknownKey)
        let keys = AppleKeyStore(transport: bench.transport, time: bench.time, random: ManualRandom())
        let verifier = try AppleTokenVerifier(audiences: ["com.example.K"], keys: keys, time: bench.time)
        for (audience, isAccepted) in [("com.example.K", true), ("com.example.\u{212A}", false)] {
            let token = try bench.issuer.sign(payload: bench.payload(["aud": "\"\(audience)\""]))
            let identity = try? await verifier.verify(token, nonce: .raw("n"))
            #expect((identity != nil) == isAccepted)
        }
    }

    @Test func noLeewayBeyondFiveMinutes() async throws {
        var verifier = bench.verifier
        verifier.leeway = .seconds(31_536_000)
        let now = Int(bench.time.now.timeIntervalSince1970)
        for (age, isAccepted) in [(299, true), (300, false), (86_400, false)] {
            let token = try bench.issuer.sign(payload: bench.payload(["exp": "\(now - age)"]))
            #expect(((try? await verifier.verify(token, nonce: .raw("n"))) != nil) == isAccepted)
        }
        verifier.leeway = .seconds(-100)
        #expect(try await verifier.verify(try bench.token(), nonce: .raw("n")).audience == VerifierBench.audience)
    }

    @Test func aVerifierWithoutAudiencesCannotBeMade() {
        #expect(throws: AppleSignInError.self) { try AppleTokenVerifier(audiences: [], keys: bench.keys) }
        #expect(throws: AppleSignInError.self) {
            try AppleTokenVerifier(audiences: ["", "com.example.app"], keys: bench.keys)
        }
    }

    @Test func publicKeyAsHMACSecret() async throws {
        let head = #"{"alg":"HS256","kid":"\#(bench.issuer.currentKeyID)"}"#
        let signed = encoded(head) + "." + encoded(bench.payload())
        let key = try HMACKey(.sha256, key: bench.issuer.keySet)
        let forged = signed + "." + Base64.encodeURL(try key.authenticate(Array(signed.utf8)))
        #expect(await bench.code(forged) == .unsupportedAlgorithm)
    }

    @Test(arguments: [#"{"kid":"K"}"#, #"{"alg":null,"kid":"K"}"#, #"{"alg":["RS256"],"kid":"K"}"#])
    func algorithmMissingOrNoText(head: String) async throws {
        #expect(await bench.code(try header(head)) == .malformedToken)
    }

    @Test(arguments: ["jwk", "jku", "x5u", "x5c"])
    func embeddedKeysAreNeverUsed(name: String) async throws {
        let other = try FakeAppleIssuer(issuer: "https://appleid.apple.com", time: bench.time)
        try other.rotateKeys()
        let value = name == "x5c" ? #"["MIIB"]"# : name == "jwk" ? #"{"kty":"RSA"}"# : #""https://evil.example/keys""#
        let head = #"{"alg":"RS256","kid":"\#(bench.issuer.currentKeyID)","\#(name)":\#(value)}"#
        #expect(await bench.code(try other.sign(payload: bench.payload(), header: head)) == .invalidSignature)
        #expect(bench.transport.calls == 1)
    }

    @Test(arguments: ["../../etc/passwd", "' OR 1=1 --", "__proto__", "constructor", "", "FAKE000001 "])
    func keyIDsThatNoKeyHas(keyID: String) async throws {
        #expect(await bench.code(try header(#"{"alg":"RS256","kid":"\#(keyID)"}"#)) == .unknownKey)
    }

    @Test func keyIDsThatCannotBe() async throws {
        let long = String(repeating: "k", count: 10_240)
        for value in [#""\#(long)""#, #""a\u0000b""#, #""a\nb""#, "7", "null", "{}", "[]"] {
            #expect(await bench.code(try header(#"{"alg":"RS256","kid":\#(value)}"#)) == .malformedToken)
        }
        #expect(await bench.code(try header(#"{"alg":"RS256"}"#)) == .unknownKey)
        #expect(bench.transport.calls == 0)
    }

    @Test(arguments: [#"["exp"]"#, #"["http://example.com/UNDEFINED"]"#, "[]", "\"exp\"", "null", "{}"])
    func criticalExtensions(value: String) async throws {
        let id = bench.issuer.currentKeyID
        #expect(await bench.code(try header(#"{"alg":"RS256","kid":"\#(id)","crit":\#(value)}"#)) == .malformedToken)
    }

    @Test func unencodedPayload() async throws {
        let id = bench.issuer.currentKeyID
        let head = #"{"alg":"RS256","kid":"\#(id)","b64":false,"crit":["b64"]}"#
        #expect(await bench.code(try header(head)) == .malformedToken)
    }

    @Test func duplicateMembers() async throws {
        let id = bench.issuer.currentKeyID
        #expect(await bench.code(try header(#"{"alg":"none","alg":"RS256","kid":"\#(id)"}"#)) == .malformedToken)
        #expect(await bench.code(try header(#"{"alg":"RS256","kid":"\#(id)","\u006bid":"x"}"#)) == .malformedToken)
        let twice = String(bench.payload().dropLast()) + #","sub":"002.other"}"#
        #expect(await bench.code(try bench.issuer.sign(payload: twice)) == .malformedClaims)
        let nested = String(bench.payload().dropLast()) + #","x":{"a":1,"a":2}}"#
        #expect(await bench.code(try bench.issuer.sign(payload: nested)) == .malformedClaims)
    }

    @Test func otherSpellingsOfAGoodToken() async throws {
        let token = try bench.token()
        let signature = token.split(separator: ".")[2]
        let rest = token.dropLast(signature.count)
        let last = try #require(signature.utf8.last)
        // The last of 342 digits carries four bits of the signature and two that must be zero.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let value = try #require(alphabet.firstIndex(of: last))
        let sibling = String(decoding: [alphabet[value | 1]], as: UTF8.self)
        for other in [
            token + "==", token + "\n", " " + token, token + " ", "\u{FEFF}" + token,
            rest + signature.dropLast() + sibling, token.replacing("_", with: "/") + "/",
        ] where String(other) != token {
            #expect(await bench.code(String(other)) == .malformedToken)
        }
    }

    @Test func dots() async throws {
        for text in ["", ".", "..", "...", "a.b", "a.b.c.d", String(repeating: ".", count: 16_000)] {
            #expect(await bench.code(text) == .malformedToken)
        }
    }

    /// Refused by their length: a reader that looked at their bytes would find other faults first.
    @Test func aMillionDotsAndAMegabyte() async throws {
        #expect(await bench.code(String(repeating: ".", count: 1_000_000)) == .malformedToken)
        #expect(await bench.code(String(repeating: "A", count: 1 << 20)) == .malformedToken)
        let error = await #expect(throws: AppleSignInError.self) {
            try await bench.verifier.verify(String(repeating: ".", count: 1_000_000), nonce: .raw("n"))
        }
        #expect(error?.message.contains("longer than 16384 bytes") == true)
        #expect(bench.transport.calls == 0)
    }

    @Test func jsonSerialisation() async throws {
        let parts = try bench.token().split(separator: ".")
        let json = #"{"payload":"\#(parts[1])","protected":"\#(parts[0])","signature":"\#(parts[2])"}"#
        #expect(await bench.code(json) == .malformedToken)
    }

    @Test func deepNesting() async throws {
        let deep = String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000)
        let payload = String(bench.payload().dropLast()) + #","x":\#(deep)}"#
        #expect(await bench.code(try bench.issuer.sign(payload: payload)) == .malformedClaims)
    }

    @Test(arguments: [256, 255, 257, 128, 0])
    func signaturesOfOtherLengthsAndZero(count: Int) async throws {
        let parts = try bench.token().split(separator: ".")
        let forged = "\(parts[0]).\(parts[1])." + Base64.encodeURL([UInt8](repeating: 0, count: count))
        #expect(await bench.code(forged) == .invalidSignature)
    }

    @Test func anAlteredPayload() async throws {
        let parts = try bench.token().split(separator: ".")
        let forged = "\(parts[0]).\(encoded(bench.payload(["sub": "\"002.other\""]))).\(parts[2])"
        #expect(await bench.code(forged) == .invalidSignature)
    }
}
