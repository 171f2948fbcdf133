import AppleSignIn
import AppleSignInTesting
import FoundationEssentials
import GroundworkCore
import GroundworkCrypto
import Testing

@Suite struct AppleKeyStoreTests {
    @Test func oneFetchForManyTasks() async throws {
        let bench = try VerifierBench()
        let token = try bench.token()
        bench.transport.close()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask { _ = try await bench.verifier.verify(token, nonce: .raw("n")) }
            }
            while bench.transport.calls == 0 { await Task.yield() }
            bench.transport.open()
            try await group.waitForAll()
        }
        #expect(bench.transport.calls == 1)
    }

    @Test func knownKeysAreUsedWithoutAFetch() async throws {
        let bench = try VerifierBench()
        for _ in 0..<100 { #expect(await bench.code(try bench.token()) == nil) }
        #expect(bench.transport.calls == 1)
    }

    /// A task that begins at once runs on the caller's thread to its first suspension: on a hit there is none.
    @Test func aHitSuspendsNowhere() async throws {
        let bench = try VerifierBench()
        let token = try bench.token()
        #expect(await bench.code(token) == nil)
        let subject = Locked<String?>(nil)
        let task = Task.immediate {
            let identity = try? await bench.verifier.verify(token, nonce: .raw("n"))
            subject.withLock { $0 = identity?.subject }
        }
        #expect(subject.withLock { $0 } == FakeAppleUser().subject)
        await task.value
    }

    @Test func aSeedThatIsDamagedIsNoSeed() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/keys"
            for text in ["", "x", "1700000000\n", "1700000000\n{}", "-5\n{}", "99999999999999999999\n{}", "\n"] {
                try text.write(toFile: path, atomically: false, encoding: .utf8)
                let bench = try VerifierBench { $0.seedPath = path }
                #expect(await bench.code(try bench.token()) == nil)
                #expect(bench.transport.calls == 1)
            }
        }
    }

    @Test func aRotationIsNoticedByItsUnknownKey() async throws {
        let bench = try VerifierBench()
        #expect(await bench.code(try bench.token()) == nil)
        try bench.issuer.rotateKeys()
        #expect(await bench.code(try bench.token()) == .unknownKey)
        await bench.time.jump(by: .seconds(30))
        #expect(await bench.code(try bench.token()) == nil)
        #expect(bench.transport.calls == 2)
    }

    @Test func aFloodOfUnknownKeysCausesOneFetchInACoolDownAndStarvesNobody() async throws {
        let bench = try VerifierBench()
        let good = try bench.token()
        #expect(await bench.code(good) == nil)
        await bench.time.jump(by: .seconds(31))
        for number in 0..<200 {
            let flood = try bench.issuer.sign(payload: "{}", header: #"{"alg":"RS256","kid":"flood\#(number % 7)"}"#)
            #expect(await bench.code(flood) == .unknownKey)
            if number % 20 == 0 { #expect(await bench.code(good) == nil) }
        }
        #expect(bench.transport.calls == 2)
    }

    @Test func oldKeysServeWhileAppleIsDownUpToTheBound() async throws {
        let bench = try VerifierBench()
        #expect(await bench.code(try bench.token()) == nil)
        bench.transport.state.withLock { $0.fails = true }
        await bench.time.jump(by: .seconds(23 * 3600))
        #expect(await bench.code(try bench.token()) == nil)
        await bench.time.jump(by: .seconds(2 * 3600))
        #expect(await bench.code(try bench.token()) == .keysUnavailable)
        bench.transport.state.withLock { $0.fails = false }
        await bench.time.jump(by: .seconds(61))
        #expect(await bench.code(try bench.token()) == nil)
    }

    @Test func keysAreRefreshedInTheBackground() async throws {
        let bench = try VerifierBench()
        #expect(await bench.code(try bench.token()) == nil)
        await bench.time.jump(by: .seconds(3601))
        #expect(await bench.code(try bench.token()) == nil)
        for _ in 0..<10_000 where bench.transport.calls < 2 { await Task.yield() }
        #expect(bench.transport.calls == 2)
    }

    @Test(arguments: [
        "", "<html></html>", "{}", "[]", #"{"keys":{}}"#, #"{"keys":[]}"#, #"{"keys":[7,null,"x"]}"#,
        #"{"keys":[{"kty":"oct","kid":"FAKE000001","k":"AAAA"}]}"#, #"{"keys":[{"kty":"EC","kid":"FAKE000001"}]}"#,
        #"{"keys":[{"kty":"RSA","kid":"FAKE000001","n":"AQAB","e":"AQAB"}]}"#, "{\"keys\":[],\"keys\":[]}",
        String(repeating: " ", count: 100_000),
    ])
    func aBadAnswerNeverEvictsGoodKeys(answer: String) async throws {
        let bench = try VerifierBench()
        #expect(await bench.code(try bench.token()) == nil)
        bench.transport.set(Array(answer.utf8))
        await bench.time.jump(by: .seconds(7200))
        #expect(await bench.code(try bench.token()) == nil)
        for _ in 0..<10_000 where bench.transport.calls < 2 { await Task.yield() }
        #expect(await bench.code(try bench.token()) == nil)
        #expect(bench.transport.calls == 2)
    }

    @Test func aRedirectIsNoAnswer() async throws {
        let bench = try VerifierBench()
        bench.transport.set(bench.issuer.keySet, status: .found)
        #expect(await bench.code(try bench.token()) == .keysUnavailable)
    }

    @Test func aHundredThousandKeysAreRefused() async throws {
        let entry = #"{"kty":"RSA"},"#
        let bytes = Array((#"{"keys":["# + String(repeating: entry, count: 100) + "{}]}").utf8)
        #expect(throws: JWKSet.Refusal.tooManyKeys(limit: 64)) { try JWKSet(parsing: bytes) }
    }

    @Test func failuresAreNotRepeatedAtOnce() async throws {
        let bench = try VerifierBench()
        bench.transport.state.withLock { $0.fails = true }
        for _ in 0..<20 { #expect(await bench.code(try bench.token()) == .keysUnavailable) }
        #expect(bench.transport.calls == 1)
    }

    @Test func aWaitingTaskCanBeCancelled() async throws {
        let bench = try VerifierBench()
        bench.transport.close()
        let token = try bench.token()
        let task = Task { try await bench.verifier.verify(token, nonce: .raw("n")) }
        while bench.transport.calls == 0 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        bench.transport.open()
    }

    @Test func aSeedServesTheNextStart() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/keys"
            let first = try VerifierBench { $0.seedPath = path }
            #expect(await first.code(try first.token()) == nil)
            let transport = KeyTransport { [] }
            var configuration = AppleKeyStore.Configuration()
            configuration.seedPath = path
            let keys = AppleKeyStore(configuration, transport: transport, time: first.time, random: ManualRandom())
            let verifier = try AppleTokenVerifier(audiences: [VerifierBench.audience], keys: keys, time: first.time)
            _ = try await verifier.verify(try first.token(), nonce: .raw("n"))
            #expect(transport.calls == 0)
            await first.time.jump(by: .seconds(25 * 3600))
            let late = AppleKeyStore(configuration, transport: transport, time: first.time, random: ManualRandom())
            let lateVerifier = try AppleTokenVerifier(audiences: [VerifierBench.audience], keys: late, time: first.time)
            await #expect(throws: AppleSignInError.self) {
                try await lateVerifier.verify(try first.token(), nonce: .raw("n"))
            }
            #expect(transport.calls == 1)
        }
    }

    @Test(arguments: [1024, 2048])
    func shortKeysAreRefused(bits: Int) throws {
        let key = try RSAPrivateKey(bitCount: bits)
        #expect((RSAPublicKey(modulus: key.modulus, exponent: key.exponent) != nil) == (bits >= 2048))
    }

    private static let key = Result { try RSAPrivateKey() }

    @Test(arguments: [[1], [3], [1, 0, 0], [0, 1, 0, 1], [1, 0, 1, 0, 1], [255, 255, 255, 255, 255]] as [[UInt8]])
    func strangeExponentsAreRefused(exponent: [UInt8]) throws {
        let key = try Self.key.get()
        #expect(RSAPublicKey(modulus: key.modulus, exponent: exponent) == nil)
        #expect(RSAPublicKey(modulus: [0] + key.modulus, exponent: key.exponent) == nil)
    }

    @Test func twoKeysOfOneNameAreRefused() throws {
        let issuer = try FakeAppleIssuer(issuer: "x")
        let one = String(decoding: issuer.keySet, as: UTF8.self)
        let entry = one.dropFirst(#"{"keys":["#.count).dropLast(2)
        let twice = Array(#"{"keys":[\#(entry),\#(entry)]}"#.utf8)
        #expect(throws: JWKSet.Refusal.duplicateKeyID) { try JWKSet(parsing: twice) }
    }
}
