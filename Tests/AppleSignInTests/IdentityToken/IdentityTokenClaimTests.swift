import AppleSignIn
import AppleSignInTesting
import FoundationEssentials
import GroundworkCore
import GroundworkCrypto
import GroundworkTestProcesses
import Testing

/// What the claims of a token that is signed as it should be must satisfy.
@Suite struct IdentityTokenClaimTests {
    let bench: VerifierBench

    init() throws { bench = try VerifierBench() }

    /// Replay: a token of one sign-in is worth nothing in another, since that has another nonce.
    @Test func aReplayedIdentityTokenBelongsToAnotherSignIn() async throws {
        let stolen = try bench.token(nonce: "nonce-of-the-victim")
        #expect(await bench.code(stolen, nonce: .raw("nonce-of-the-victim")) == nil)
        #expect(await bench.code(stolen, nonce: .raw("nonce-of-the-attacker")) == .wrongNonce)
        #expect(await bench.code(stolen, nonce: .sha256Hex("nonce-of-the-victim")) == .wrongNonce)
    }

    @Test func aTokenMadeByPythonIsAccepted() async throws {
        let program = """
            import sys, json
            from joserfc import jwt
            from joserfc.jwk import RSAKey, KeySet
            key = RSAKey.generate_key(2048, {"kid": "PYTHON0001", "use": "sig", "alg": "RS256"})
            now = int(sys.argv[1])
            claims = {"iss": "https://appleid.apple.com", "aud": "com.example.app", "sub": "001.python", "iat": now,
                      "exp": now + 600, "nonce": "n", "nonce_supported": True, "email": "a@example.com", "email_verified": "true"}
            print(jwt.encode({"alg": "RS256", "kid": "PYTHON0001"}, claims, key))
            print(json.dumps({"keys": [key.as_dict(private=False)]}))
            """
        let now = String(Int(bench.time.now.timeIntervalSince1970))
        let output = try await ChildProcess.output(of: TestTools.program("python3"), ["-c", program, now])
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
        bench.transport.set(Array(lines[1].utf8))
        let identity = try await bench.verifier.verify(lines[0], nonce: .raw("n"))
        #expect(identity.subject == "001.python")
        #expect(identity.isEmailVerified == true)
        #expect(identity.isNonceVerified)
    }

    @Test func othersAcceptTheTokensOfTheFake() async throws {
        let program = """
            import sys, json
            from joserfc import jwt
            from joserfc.jwk import KeySet
            token, keys = sys.stdin.read().split("|")
            token = jwt.decode(token, KeySet.import_key_set(json.loads(keys)), algorithms=["RS256"])
            print(token.header["kid"], token.claims["sub"], token.claims["nonce"])
            """
        let input = Array((try bench.token() + "|").utf8) + bench.issuer.keySet
        let output = try await ChildProcess.output(of: TestTools.program("python3"), ["-c", program], input: input)
        #expect(
            String(decoding: output, as: UTF8.self) == "\(bench.issuer.currentKeyID) \(FakeAppleUser().subject) n\n"
        )
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

    @Test func anIdentityIsNotShown() async throws {
        let user = FakeAppleUser(subject: "zqzq1", email: "zqzq2@example.com")
        let token = try bench.issuer.identityToken(for: user, audience: VerifierBench.audience, nonce: "n")
        let identity = try await bench.verifier.verify(token, nonce: .raw("n"))
        #expect(identity.email == "zqzq2@example.com")
        var dumped = ""
        dump(identity, to: &dumped)
        #expect(!"\(identity) \(String(reflecting: identity)) \([identity]) \(dumped)".contains("zqzq"))
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
