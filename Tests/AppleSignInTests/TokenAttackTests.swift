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

    @Test func aMillionDotsAndAMegabyte() async throws {
        #expect(await bench.code(String(repeating: ".", count: 1_000_000)) == .malformedToken)
        #expect(await bench.code(String(repeating: "A", count: 1 << 20)) == .malformedToken)
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

    @Test func timesOfOtherTypesAndSizes() async throws {
        for value in ["\"1700000600\"", "1e308", "-1", "null", "true", "[1700000600]", "99999999999999999999"] {
            let token = try bench.issuer.sign(payload: bench.payload(["exp": value]))
            #expect(await bench.code(token) == .malformedClaims, "\(value)")
        }
        for name in ["exp", "iat"] {
            let token = try bench.issuer.sign(payload: bench.payload([name: String?.none]))
            #expect(await bench.code(token) == .malformedClaims)
        }
        let fraction = try bench.issuer.sign(payload: bench.payload(["exp": "1700000600.5"]))
        #expect(await bench.code(fraction) == nil)
    }

    @Test func expiredAndFromTheFuture() async throws {
        let now = Int(bench.time.now.timeIntervalSince1970)
        func code(_ changes: [String: String?]) async throws -> AppleSignInError.Code? {
            await bench.code(try bench.issuer.sign(payload: bench.payload(changes)))
        }
        #expect(try await code(["exp": "\(now - 59)"]) == nil)
        #expect(try await code(["exp": "\(now - 60)"]) == .expiredToken)
        #expect(try await code(["iat": "\(now + 60)"]) == nil)
        #expect(try await code(["iat": "\(now + 61)"]) == .tokenFromFuture)
        #expect(try await code(["nbf": "\(now + 61)"]) == .tokenFromFuture)
        #expect(try await code(["iat": "\(now + 31_536_000)", "exp": "\(now + 31_540_000)"]) == .tokenFromFuture)
    }

    @Test(arguments: [
        "\"com.other\"", "[]", "[\"com.example.app\",\"com.other\"]", "[[\"com.example.app\"]]", "null", "7", "\"\"",
        "\"COM.EXAMPLE.APP\"",
    ])
    func audiencesOfOthers(value: String) async throws {
        let code = await bench.code(try bench.issuer.sign(payload: bench.payload(["aud": value])))
        #expect(code == .wrongAudience || code == .malformedClaims)
    }

    @Test func anAudienceCanBePinned() async throws {
        let token = try bench.token()
        let error = await #expect(throws: AppleSignInError.self) {
            try await bench.verifier.verify(token, nonce: .raw("n"), audience: "com.example.web")
        }
        #expect(error?.code == .wrongAudience)
    }

    @Test(arguments: [
        "\"https://appleid.apple.com/\"", "\"http://appleid.apple.com\"", "null", "[\"https://appleid.apple.com\"]",
    ])
    func otherIssuers(value: String) async throws {
        let code = await bench.code(try bench.issuer.sign(payload: bench.payload(["iss": value])))
        #expect(code == .wrongIssuer || code == .malformedClaims)
    }

    @Test func nonces() async throws {
        #expect(await bench.code(try bench.token(), nonce: .raw("m")) == .wrongNonce)
        #expect(await bench.code(try bench.token(), nonce: .raw("")) == .wrongNonce)
        #expect(await bench.code(try bench.token(nonce: nil)) == .wrongNonce)
        #expect(await bench.code(try bench.token(nonce: ""), nonce: .raw("")) == .wrongNonce)
        let hex = Hex.encode(try Digest.hash(.sha256, Array("raw".utf8)))
        #expect(await bench.code(try bench.token(nonce: hex), nonce: .sha256Hex("raw")) == nil)
        #expect(await bench.code(try bench.token(nonce: "raw"), nonce: .sha256Hex("raw")) == .wrongNonce)
        let unsupported = try bench.issuer.sign(
            payload: bench.payload(["nonce": String?.none, "nonce_supported": "false"])
        )
        #expect(await bench.code(unsupported) == nil)
        let silent = try bench.issuer.sign(
            payload: bench.payload(["nonce": String?.none, "nonce_supported": String?.none])
        )
        #expect(await bench.code(silent) == .wrongNonce)
    }

    @Test func hashesOfCodeAndAccessToken() async throws {
        let hash = Base64.encodeURL(try Digest.hash(.sha256, Array("secret".utf8)).prefix(16))
        let token = try bench.token(extra: [#""at_hash":"\#(hash)","c_hash":"\#(hash)""#])
        _ = try await bench.verifier.verify(
            token,
            nonce: .raw("n"),
            accessToken: Secret("secret"),
            code: Secret("secret")
        )
        for (access, code) in [("other", "secret"), ("secret", "other")] {
            let error = await #expect(throws: AppleSignInError.self) {
                try await bench.verifier.verify(
                    token,
                    nonce: .raw("n"),
                    accessToken: Secret(access),
                    code: Secret(code)
                )
            }
            #expect(error?.code == .wrongHash)
        }
    }

    @Test func claimsThatInformMayBeOdd() async throws {
        let token = try bench.issuer.sign(
            payload: bench.payload([
                "email": "\"\"", "email_verified": "\"TRUE\"", "is_private_email": "7", "real_user_status": "3",
                "transfer_sub": "null", "org_id": "\"o\"", "auth_time": "\"x\"",
            ])
        )
        let identity = try await bench.verifier.verify(token, nonce: .raw("n"))
        #expect(identity.email == nil)
        #expect(identity.isEmailVerified == true)
        #expect(identity.isPrivateEmail == nil)
        #expect(identity.realUserStatus?.rawValue == 3)
        #expect(identity.organizationID == "o")
        #expect(identity.authenticatedAt == nil)
    }

    @Test func errorsShowNothingOfTheToken() async throws {
        let token = try bench.issuer.identityToken(
            for: FakeAppleUser(subject: "zqzqzq", email: "zqzqzq@example.com"),
            audience: "com.other",
            nonce: "zqzqzq"
        )
        let error = await #expect(throws: AppleSignInError.self) {
            try await bench.verifier.verify(token, nonce: .raw("n"))
        }
        #expect(!"\(String(describing: error))".contains("zqzq"))
    }
}
