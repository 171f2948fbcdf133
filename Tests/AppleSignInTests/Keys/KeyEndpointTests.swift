import AppleSignIn
import AppleSignInTesting
import GroundworkCore
import GroundworkTesting
import HTTPTypes
import Testing

/// What a real server may answer when it is asked for keys, over a real connection.
@Suite struct KeyEndpointTests {
    /// The code of the error that a store of keys at this server gives.
    private func outcome(
        timeout: Duration = .seconds(5),
        _ answer: @escaping @Sendable (LoopbackRequest) async throws -> LoopbackResponse
    ) async throws -> (error: AppleSignInError?, requests: Int) {
        let count = Locked(0)
        let server = try await LoopbackHTTPServer.start { request in
            count.withLock { $0 += 1 }
            return try await answer(request)
        }
        var configuration = AppleKeyStore.Configuration()
        configuration.endpoints = AppleEndpoints(base: server.url)
        configuration.timeout = timeout
        var found: AppleSignInError?
        do {
            try await AppleKeyStore(configuration).refresh()
        } catch {
            found = error as? AppleSignInError
        }
        await server.stop()
        return (found, count.withLock { $0 })
    }

    private func answer(_ text: String, status: HTTPResponse.Status = .ok) -> LoopbackResponse {
        LoopbackResponse(status: status, headerFields: [.contentType: "application/json"], body: .text(text))
    }

    private func expectUnavailable(
        _ words: String,
        timeout: Duration = .seconds(5),
        _ answer: @escaping @Sendable (LoopbackRequest) async throws -> LoopbackResponse
    ) async throws {
        let (error, requests) = try await outcome(timeout: timeout, answer)
        #expect(error?.code == .keysUnavailable)
        #expect(error?.isRetryable == true)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
        #expect(requests == 1)
    }

    @Test func goodKeys() async throws {
        let issuer = try FakeAppleIssuer(issuer: "x")
        let (error, requests) = try await outcome { _ in
            LoopbackResponse(status: .ok, body: .bytes(issuer.keySet))
        }
        #expect(error == nil)
        #expect(requests == 1)
    }

    @Test func html() async throws {
        try await expectUnavailable("Is a proxy in between?") { _ in
            answer("<html><body>Sign in to the network</body></html>")
        }
    }

    @Test func empty() async throws {
        try await expectUnavailable("no set of keys") { _ in answer("") }
    }

    @Test func huge() async throws {
        try await expectUnavailable("") { _ in answer(String(repeating: " ", count: 10 << 20)) }
    }

    @Test func hugeWithoutALength() async throws {
        let chunks = AsyncThrowingStream<[UInt8], any Error> { continuation in
            for _ in 0..<160 { continuation.yield([UInt8](repeating: 0x20, count: 65_536)) }
            continuation.finish()
        }
        try await expectUnavailable("") { _ in LoopbackResponse(status: .ok, body: .stream(length: nil, chunks)) }
    }

    @Test func slow() async throws {
        try await expectUnavailable("", timeout: .milliseconds(300)) { _ in
            var response = LoopbackResponse(status: .ok)
            response.fault = .hang
            return response
        }
    }

    @Test func slowInTheBody() async throws {
        let chunks = AsyncThrowingStream<[UInt8], any Error> { $0.yield(Array(#"{"keys":["#.utf8)) }
        try await expectUnavailable("", timeout: .milliseconds(300)) { _ in
            LoopbackResponse(status: .ok, body: .stream(length: nil, chunks))
        }
    }

    /// The other place has good keys, and is never asked.
    @Test(arguments: [301, 302, 303, 307, 308])
    func redirected(status: Int) async throws {
        let issuer = try FakeAppleIssuer(issuer: "x")
        let asked = Locked(0)
        let elsewhere = try await LoopbackHTTPServer.start { _ in
            asked.withLock { $0 += 1 }
            return LoopbackResponse(status: .ok, body: .bytes(issuer.keySet))
        }
        let target = elsewhere.url + "/auth/keys"
        try await expectUnavailable("\(status)") { _ in
            LoopbackResponse(status: .init(code: status), headerFields: [.location: target])
        }
        #expect(asked.withLock { $0 } == 0)
        await elsewhere.stop()
    }

    @Test(arguments: [204, 400, 401, 403, 404, 429, 500, 503])
    func otherStatuses(status: Int) async throws {
        let issuer = try FakeAppleIssuer(issuer: "x")
        try await expectUnavailable("\(status)") { _ in
            LoopbackResponse(status: .init(code: status), body: status == 204 ? .empty : .bytes(issuer.keySet))
        }
    }

    @Test func cutOff() async throws {
        let issuer = try FakeAppleIssuer(issuer: "x")
        try await expectUnavailable("") { _ in
            var response = LoopbackResponse(status: .ok, body: .bytes(issuer.keySet))
            response.fault = .truncateBody(afterBytes: 100)
            return response
        }
    }

    @Test func noHTTP() async throws {
        try await expectUnavailable("") { _ in
            var response = LoopbackResponse(status: .ok)
            response.fault = .raw(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))
            return response
        }
    }

    @Test func onlyOddKeyTypes() async throws {
        try await expectUnavailable("none of its keys") { _ in
            answer(
                #"{"keys":[{"kty":"oct","kid":"a","k":"AA"},{"kty":"EC","kid":"b","crv":"P-256","x":"AA","y":"AA"},"#
                    + #"{"kty":"OKP","kid":"c","crv":"Ed25519","x":"AA"},{"kty":"unheard-of","kid":"d"}]}"#
            )
        }
    }
}
