import AppleSignIn
import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import Testing

@Suite struct SealedStateTests {
    @Test func aStateComesBackWithAllThatWasRemembered() async throws {
        let bench = try await SealedBench()
        var request = AppleAuthorizationRequest()
        request.context = "/welcome?é=€"
        let start = try bench.client.authorization(for: SealedBench.service, request)
        let callback = try SealedBench.callback(state: start.state.withValue { $0 })
        let pending = try await bench.client.pendingAuthorization(of: callback, cookie: start.cookie?.value)
        #expect(pending.client == SealedBench.service)
        #expect(pending.nonce == start.nonce)
        #expect(pending.codeVerifier == start.codeVerifier)
        #expect(pending.context == "/welcome?é=€")
    }

    @Test func aReplayedStateIsRefused() async throws {
        let bench = try await SealedBench()
        let start = try bench.client.authorization(for: SealedBench.service)
        let state = start.state.withValue { $0 }
        #expect(await bench.code(state, cookie: start.cookie?.value) == nil)
        #expect(await bench.code(state, cookie: start.cookie?.value) == .wrongState)
    }

    @Test func ofManyCallbacksAtOnceOneSucceeds() async throws {
        let bench = try await SealedBench()
        let start = try bench.client.authorization(for: SealedBench.service)
        let state = start.state.withValue { $0 }
        let codes = await withTaskGroup(of: AppleSignInError.Code?.self) { group in
            for _ in 0..<50 { group.addTask { await bench.code(state, cookie: start.cookie?.value) } }
            return await group.reduce(into: [AppleSignInError.Code?]()) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 1)
    }

    @Test func swappedStatesAreRefused() async throws {
        let bench = try await SealedBench()
        let mine = try bench.client.authorization(for: SealedBench.service)
        let theirs = try bench.client.authorization(for: SealedBench.service)
        // Login CSRF: the attacker's state in the victim's browser, with the victim's cookie.
        #expect(await bench.code(theirs.state.withValue { $0 }, cookie: mine.cookie?.value) == .wrongState)
        #expect(await bench.code(theirs.state.withValue { $0 }, cookie: nil) == .wrongState)
        #expect(await bench.code(theirs.state.withValue { $0 }, cookie: Secret("")) == .wrongState)
        // A wrong cookie does not use the state up.
        #expect(await bench.code(theirs.state.withValue { $0 }, cookie: theirs.cookie?.value) == nil)
    }

    @Test func truncatedAndAlteredStatesAreRefused() async throws {
        let bench = try await SealedBench()
        let start = try bench.client.authorization(for: SealedBench.service)
        let state = start.state.withValue { $0 }
        for length in stride(from: 0, to: state.utf8.count, by: 7) {
            #expect(await bench.code(String(state.prefix(length)), cookie: start.cookie?.value) == .wrongState)
        }
        let bytes = try #require(Base64.decodeURL(state))
        for index in stride(from: 0, to: bytes.count, by: 11) {
            var changed = bytes
            changed[index] ^= 0x10
            #expect(await bench.code(Base64.encodeURL(changed), cookie: start.cookie?.value) == .wrongState)
        }
        for other in [
            Base64.encodeURL(bytes + [0]), state + "%3D", state + "A", String(repeating: "A", count: 60_000), "null",
            "%00",
        ] {
            #expect(await bench.code(other, cookie: start.cookie?.value) == .wrongState)
        }
        #expect(await bench.code(state, cookie: start.cookie?.value) == nil)
    }

    @Test func anExpiredStateIsRefused() async throws {
        let bench = try await SealedBench()
        let start = try bench.client.authorization(for: SealedBench.service)
        let late = try bench.client.authorization(for: SealedBench.service)
        await bench.time.jump(by: .seconds(599))
        #expect(await bench.code(start.state.withValue { $0 }, cookie: start.cookie?.value) == nil)
        await bench.time.jump(by: .seconds(1))
        #expect(await bench.code(late.state.withValue { $0 }, cookie: late.cookie?.value) == .wrongState)
    }

    @Test func aStateFromAnotherKeyIsRefusedAndOneFromAnOldKeyIsNot() async throws {
        let old = try await SealedBench(key: 1)
        let start = try old.client.authorization(for: SealedBench.service)
        let state = start.state.withValue { $0 }
        let stranger = try await SealedBench(key: 2)
        #expect(await stranger.code(state, cookie: start.cookie?.value) == .wrongState)
        let rolled = try await SealedBench(key: 2, previous: [3, 1])
        #expect(await rolled.code(state, cookie: start.cookie?.value) == nil)
    }

    @Test func aStateOfAServiceThatIsGoneIsRefused() async throws {
        let bench = try await SealedBench()
        let start = try bench.client.authorization(for: SealedBench.other)
        let without = try await SealedBench(clients: [SealedBench.service])
        #expect(await without.code(start.state.withValue { $0 }, cookie: start.cookie?.value) == .wrongState)
    }

    @Test func nothingReadableStandsInAState() async throws {
        let bench = try await SealedBench()
        var request = AppleAuthorizationRequest()
        request.context = "/very/secret/page"
        let start = try bench.client.authorization(for: SealedBench.service, request)
        let bytes = try #require(Base64.decodeURL(start.state.withValue { $0 }))
        let text = String(decoding: bytes, as: UTF8.self)
        for word in ["com.example", "secret", start.nonce.withValue { $0 }] { #expect(!text.contains(word)) }
        #expect(!"\(start)".contains(start.nonce.withValue { $0 }))
    }

    @Test func theLongestStateStillComesBack() async throws {
        let uri = "https://example.com/" + String(repeating: "a", count: 2028)
        let service = AppleClient.service(servicesID: "com.example.web", redirectURI: uri)
        let bench = try await SealedBench(clients: [service])
        var request = AppleAuthorizationRequest()
        request.context = String(repeating: "c", count: 512)
        let start = try bench.client.authorization(for: service, request)
        #expect(await bench.code(start.state.withValue { $0 }, cookie: start.cookie?.value) == nil)
        request.context = String(repeating: "c", count: 513)
        #expect(throws: AppleSignInError.self) { try bench.client.authorization(for: service, request) }
    }

    @Test(arguments: [Duration.zero, .seconds(-5), .seconds(Int64.max), .milliseconds(1)])
    func strangeLifetimesAreHeldToBounds(lifetime: Duration) async throws {
        let bench = try await SealedBench(lifetime: lifetime)
        let start = try bench.client.authorization(for: SealedBench.service)
        let age = try #require(start.cookie?.maximumAge)
        #expect((1...86_400).contains(age))
    }

    @Test(arguments: [0, 16, 31, 33, 64])
    func keysOfOtherLengthsAreRefused(count: Int) {
        #expect(throws: AppleSignInError.self) {
            try AppleStateSealer(key: Secret([UInt8](repeating: 1, count: count)))
        }
    }

    @Test func aFullStoreFailsAndLosesNothing() async throws {
        let time = ManualTime()
        let store = InMemoryAppleReplayStore(capacity: 2, time: time)
        let expiry = time.now.addingTimeInterval(60)
        #expect(try await store.claim("a", until: expiry))
        #expect(try await store.claim("b", until: expiry))
        #expect(try await !store.claim("a", until: expiry))
        let error = await #expect(throws: AppleSignInError.self) { try await store.claim("c", until: expiry) }
        #expect(error?.isRetryable == true)
        try await store.release("a")
        #expect(try await store.claim("c", until: expiry))
        await time.jump(by: .seconds(61))
        #expect(try await store.claim("b", until: time.now.addingTimeInterval(60)))
    }
}
