import AppleSignIn
import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import Testing

@Suite struct AppleClientSecretsTests {
    @Test func aSecretHoldsWhatAppleAsksFor() async throws {
        let bench = try await SecretBench()
        let (header, payload) = try bench.read(try bench.secrets.secret(for: SecretBench.app))
        #expect(header == #"{"alg":"ES256","kid":"KEY0000000"}"#)
        let expected =
            #"{"iss":"TEAM012345","iat":\#(bench.now - 60),"exp":\#(bench.now + 1800),"aud":"https://appleid.apple.com","#
            + #""sub":"com.example.app"}"#
        #expect(payload == expected)
        #expect(
            try bench.read(try bench.secrets.secret(for: SecretBench.web)).payload.contains(#""sub":"com.example.web""#)
        )
    }

    @Test func othersVerifyIt() async throws {
        let bench = try await SecretBench()
        let secret = try bench.secrets.secret(for: SecretBench.app).withValue { $0 }
        let program = """
            import sys
            from joserfc import jwt
            from joserfc.jwk import ECKey
            pem, token = sys.stdin.read().split('|')
            token = jwt.decode(token, ECKey.import_key(pem), algorithms=['ES256'])
            print(token.header['kid'], token.claims['sub'], token.claims['exp'] - token.claims['iat'])
            """
        let output = try await ChildProcess.output(
            of: TestTools.program("python3"),
            ["-c", program],
            input: Array("\(bench.pem[0])|\(secret)".utf8)
        )
        #expect(String(decoding: output, as: UTF8.self) == "KEY0000000 com.example.app 1860\n")
    }

    @Test func itIsKeptUntilAFifthOfItsLifeIsLeft() async throws {
        let bench = try await SecretBench()
        let first = try bench.secrets.secret(for: SecretBench.app)
        await bench.time.jump(by: .seconds(1439))
        #expect(try bench.secrets.secret(for: SecretBench.app) == first)
        await bench.time.jump(by: .seconds(1))
        let second = try bench.secrets.secret(for: SecretBench.app)
        #expect(second != first)
        #expect(try bench.read(second).payload.contains(#""exp":\#(bench.now + 1800)"#))
    }

    @Test func aClockThatIsSetBackMakesAFreshOne() async throws {
        let bench = try await SecretBench()
        let first = try bench.secrets.secret(for: SecretBench.app)
        await bench.time.jump(by: .seconds(-60))
        #expect(try bench.secrets.secret(for: SecretBench.app) == first)
        // One second more, and its iat would lie in Apple's future.
        await bench.time.jump(by: .seconds(-1))
        let second = try bench.secrets.secret(for: SecretBench.app)
        #expect(try bench.read(second).payload.contains(#""iat":\#(bench.now - 60)"#))
    }

    @Test func manyTasksGetOneSecret() async throws {
        let bench = try await SecretBench()
        for _ in 0..<3 {
            let found = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<100 {
                    group.addTask { try bench.secrets.secret(for: SecretBench.app).withValue { $0 } }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            // Signatures of ECDSA differ: two signatures would be two texts.
            #expect(found.count == 1)
            await bench.time.jump(by: .seconds(1500))
        }
    }

    @Test(arguments: [(0, 120), (-5, 120), (600, 600), (99_999_999, 15_777_000)])
    func lifetimesAreHeldToTheCap(asked: Int, given: Int) async throws {
        let bench = try await SecretBench(lifetime: asked, keys: 1)
        #expect(bench.secrets.lifetime == given)
        let exported = try AppleExportedSecret(reading: try bench.secrets.secret(for: SecretBench.app))
        let seconds = Int(exported.expiresAt.timeIntervalSince(bench.time.now))
        // From the back-dated iat on, so that a clock that is a minute fast stays below the cap.
        #expect(seconds == min(given, 15_777_000 - 60))
    }

    @Test func anExportedSecretTellsWhenItDies() async throws {
        let bench = try await SecretBench(keys: 1)
        let exported = try bench.secrets.export(for: SecretBench.web)
        #expect(exported.clientID == "com.example.web")
        #expect(exported.keyID == "KEY0000000")
        let (_, payload) = try bench.read(exported.secret)
        #expect(payload.contains(#""exp":\#(Int(exported.expiresAt.timeIntervalSince1970))"#))
        #expect(payload.contains(#""exp":\#(bench.now - 60 + 15_777_000)"#))
        let again = try AppleExportedSecret(reading: exported.secret)
        #expect(again.expiresAt == exported.expiresAt)
        #expect(!"\(exported)".contains(exported.secret.withValue { $0 }.prefix(20)))
        for seconds in [0, -1, 15_777_001, Int.max] {
            #expect(throws: AppleSignInError.self) { try bench.secrets.export(for: SecretBench.web, lifetime: seconds) }
        }
        for text in ["", "a.b.c", "eyJhbGciOiJIUzI1NiJ9.e30.AA"] {
            #expect(throws: AppleSignInError.self) { try AppleExportedSecret(reading: Secret(text)) }
        }
    }

    @Test func theEndOfAnExportedSecretIsWarnedOf() async throws {
        let bench = try await SecretBench(keys: 1)
        let exported = try bench.secrets.export(for: SecretBench.web)
        bench.secrets.check(exported)
        #expect(bench.warnings.withLock { $0.isEmpty })
        await bench.time.jump(by: .seconds(15_777_000 - 60 - 14 * 86_400 + 1))
        #expect(bench.secrets.check(exported) < .seconds(14 * 86_400))
        let warning = try #require(bench.warnings.withLock { $0.first })
        #expect(warning.code == .exportedSecretExpires)
        #expect(warning.message.contains("com.example.web"))
        await bench.time.jump(by: .seconds(15 * 86_400))
        #expect(bench.secrets.check(exported) < .zero)
    }

    @Test func eachTeamSignsForItsOwnClients() async throws {
        let first = AppleClient.app(bundleID: "com.example.first", teamID: "TEAM000001")
        let second = AppleClient.service(
            servicesID: "com.example.second",
            redirectURI: "https://example.com/callback",
            teamID: "TEAM000002"
        )
        var teams: [AppleTeam] = []
        for number in 1...2 {
            let key = try ApplePrivateKey(Secret(try await OpenSSLKeys.p256()))
            let signing = AppleSigningKey(keyID: "KEY000000\(number)", privateKey: key)
            teams.append(AppleTeam(teamID: "TEAM00000\(number)", keys: [signing]))
        }
        let configuration = try AppleSignInConfiguration(teams: teams, clients: [first, second])
        let bench = try await SecretBench(keys: 1)
        let secrets = AppleClientSecrets(configuration, time: bench.time)
        for (client, number) in [(first, 1), (second, 2)] {
            let (header, payload) = try bench.read(try secrets.secret(for: client))
            #expect(header.contains("KEY000000\(number)"))
            #expect(payload.contains(#""iss":"TEAM00000\#(number)""#) && payload.contains(client.clientID))
        }
        for clients in [
            [AppleClient.app(bundleID: "com.example.x")], [.app(bundleID: "com.example.x", teamID: "TEAM000003")],
            [first, first], [],
        ] {
            #expect(throws: AppleSignInError.self) { try AppleSignInConfiguration(teams: teams, clients: clients) }
        }
        for teams in [[], [AppleTeam(teamID: "TEAM000001", keys: [])], teams + teams] {
            #expect(throws: AppleSignInError.self) { try AppleSignInConfiguration(teams: teams, clients: [first]) }
        }
    }

    @Test func aClientThatIsNotConfiguredGetsNone() async throws {
        let bench = try await SecretBench(keys: 1)
        for client in [
            AppleClient.app(bundleID: "com.other"), .app(bundleID: "x\",\"sub\":\"com.example.app"),
            .service(servicesID: "com.example.web", redirectURI: "https://evil.example/callback"),
        ] {
            #expect(throws: AppleSignInError.self) { try bench.secrets.secret(for: client) }
            #expect(throws: AppleSignInError.self) { try bench.secrets.export(for: client) }
        }
    }
}
