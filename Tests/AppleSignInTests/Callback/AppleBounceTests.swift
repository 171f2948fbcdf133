import AppleSignIn
import AppleSignInTesting
import GroundworkCore
import HTTPTypes
import Testing

@Suite struct AppleBounceTests {
    private let body = Array(
        "state=s&code=c0ffee.0.code&user=%7B%22name%22%3A%7B%22firstName%22%3A%22Ada%22%7D%7D".utf8
    )

    /// A bounce whose clock the test moves.
    private func makeBounce(time: ManualTime = ManualTime(), key: UInt8 = 1) async throws -> AppleBounce {
        let apple = try await FakeApple.start()
        let configuration = try apple.configuration(clients: [WebFlowTests.service])
        await apple.stop()
        let sealer = try AppleStateSealer(key: Secret([UInt8](repeating: key, count: 32)), time: time)
        return try AppleSignInClient(configuration, stateSealer: sealer, time: time).bounce(to: "/auth/apple/finish")
    }

    private struct Visit {
        let query: String
        let cookie: String
    }

    /// What a browser makes of the answer.
    private func visit(_ answer: AppleHTTPAnswer) throws -> Visit {
        let location: String
        if let field = answer.headerFields[.location] {
            location = field
        } else {
            let start = try #require(answer.body.firstRange(of: "content=\"0;url="))
            location = String(answer.body[start.upperBound...].prefix { $0 != "\"" })
        }
        let mark = try #require(location.firstIndex(of: "?"))
        #expect(location[..<mark] == "/auth/apple/finish")
        let cookie = try #require(answer.headerFields[.setCookie]).prefix { $0 != ";" }
        return Visit(query: String(location[location.index(after: mark)...]), cookie: String(cookie))
    }

    private func code(_ bounce: AppleBounce, _ query: String, _ cookie: String) async -> AppleSignInError.Code? {
        do {
            _ = try await bounce.callback(query: query, cookieHeader: cookie)
            return nil
        } catch {
            return (error as? AppleSignInError)?.code
        }
    }

    @Test(arguments: [AppleBounce.Style.page, .redirect])
    func bringsBackWhatApplePosted(_ style: AppleBounce.Style) async throws {
        var bounce = try await makeBounce()
        bounce.style = style
        let visit = try visit(try bounce.answer(toFormBody: body))
        let callback = try await bounce.callback(query: visit.query, cookieHeader: "a=b; \(visit.cookie)")
        guard case .authorized(let code, nil) = callback.outcome else {
            Issue.record("not authorized")
            return
        }
        #expect(code == Secret("c0ffee.0.code"))
        #expect(callback.state == Secret("s"))
        #expect(callback.firstLogin?.givenName == "Ada")
    }

    @Test func bringsBackThatTheUserCancelled() async throws {
        let bounce = try await makeBounce()
        let visit = try visit(try bounce.answer(toFormBody: Array("state=s&error=user_cancelled_authorize".utf8)))
        guard case .cancelled = try await bounce.callback(query: visit.query, cookieHeader: visit.cookie).outcome else {
            Issue.record("not cancelled")
            return
        }
    }

    @Test(arguments: [AppleBounce.Style.page, .redirect])
    func theAnswerShowsNothingAndIsKeptNowhere(_ style: AppleBounce.Style) async throws {
        var bounce = try await makeBounce()
        bounce.style = style
        let answer = try bounce.answer(toFormBody: body)
        let everything = answer.body + answer.headerFields.map { "\($0.name): \($0.value)\n" }.joined()
        #expect(!everything.contains("c0ffee") && !everything.contains("Ada"))
        #expect(!"\(answer)".contains("bounce"))
        #expect(!String(reflecting: answer).contains("bounce"))
        var dumped = ""
        dump(answer, to: &dumped)
        #expect(!dumped.contains("bounce"))
        #expect(answer.headerFields[.cacheControl] == "no-store")
        #expect(answer.headerFields[try #require(HTTPField.Name("Referrer-Policy"))] == "no-referrer")
        let policy = try #require(answer.headerFields[.contentSecurityPolicy])
        #expect(policy.hasPrefix("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe"))
        #expect(!answer.body.contains("<script"))
        let cookie = try #require(answer.headerFields[.setCookie])
        #expect(cookie.hasPrefix("__Host-apple-bounce="))
        #expect(cookie.hasSuffix("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60"))
    }

    @Test func isGoodOnce() async throws {
        let bounce = try await makeBounce()
        let visit = try visit(try bounce.answer(toFormBody: body))
        #expect(await code(bounce, visit.query, visit.cookie) == nil)
        #expect(await code(bounce, visit.query, visit.cookie) == .wrongState)
    }

    @Test func isWorthNothingInAnotherBrowser() async throws {
        let bounce = try await makeBounce()
        let visit = try visit(try bounce.answer(toFormBody: body))
        let other = try self.visit(try bounce.answer(toFormBody: body))
        for cookie in ["", "__Host-apple-bounce=", other.cookie, visit.cookie.replacing("Host-apple", with: "Host-x")] {
            #expect(await code(bounce, visit.query, cookie) == .wrongState)
        }
        #expect(await code(bounce, visit.query, visit.cookie) == nil)
    }

    @Test func expiresAfterAMinute() async throws {
        let time = ManualTime()
        let bounce = try await makeBounce(time: time)
        let visit = try visit(try bounce.answer(toFormBody: body))
        await time.advance(by: .seconds(61))
        #expect(await code(bounce, visit.query, visit.cookie) == .wrongState)
    }

    @Test func nothingButItsOwnSealIsOpened() async throws {
        let bounce = try await makeBounce()
        let visit = try visit(try bounce.answer(toFormBody: body))
        let foreign = try self.visit(try await makeBounce(key: 2).answer(toFormBody: body))
        #expect(await code(bounce, foreign.query, foreign.cookie) == .wrongState)
        #expect(await code(bounce, String(visit.query.dropLast()), visit.cookie) == .wrongState)
        #expect(await code(bounce, visit.query + "&apple=x", visit.cookie) == .wrongState)
        #expect(await code(bounce, "", visit.cookie) == .wrongState)
        #expect(await code(bounce, "apple=" + String(repeating: "A", count: 1 << 20), visit.cookie) == .wrongState)
        for position in stride(from: 6, to: visit.query.utf8.count, by: 7) {
            var bytes = Array(visit.query.utf8)
            bytes[position] = bytes[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(await code(bounce, String(decoding: bytes, as: UTF8.self), visit.cookie) == .wrongState)
        }
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example", "/\\evil.example", "auth", "", "/a?b", "/a#b", "/a b", "/\u{9}/evil",
    ])
    func leadsNowhereElse(_ path: String) async throws {
        try await WebFlowTests.withApple { _, client in
            let error = #expect(throws: AppleSignInError.self) { try client.bounce(to: path) }
            #expect(error?.code == .invalidConfiguration)
        }
    }

    @Test func aSealedStateIsNoBounceAndTheOtherWayRound() async throws {
        try await WebFlowTests.withApple { apple, client in
            let bounce = try client.bounce(to: "/auth/apple/finish")
            let start = try client.authorization(for: WebFlowTests.service)
            let state = start.state.withValue { $0 }
            #expect(await code(bounce, "apple=\(state)", "") == .wrongState)
            let visit = try visit(try bounce.answer(toFormBody: body))
            let callback = try AppleCallback(formBody: Array("code=c&state=\(visit.query.dropFirst(6))".utf8))
            let error = await #expect(throws: AppleSignInError.self) {
                try await client.finish(callback, cookie: start.cookie?.value)
            }
            #expect(error?.code == .wrongState)
        }
    }

    @Test func aWholeSignInGoesThroughIt() async throws {
        try await WebFlowTests.withApple { apple, client in
            let bounce = try client.bounce(to: "/auth/apple/finish")
            let start = try client.authorization(for: WebFlowTests.service)
            let visit = try visit(try bounce.answer(toFormBody: try apple.consent(to: start.url)))
            let callback = try await bounce.callback(query: visit.query, cookieHeader: visit.cookie)
            guard case .signedIn = try await client.finish(callback, cookie: start.cookie?.value) else {
                Issue.record("not signed in")
                return
            }
        }
    }

    @Test func twoWindowsOfOneBrowserKeepTheirSignIns() async throws {
        try await WebFlowTests.withApple { apple, client in
            let first = try client.authorization(for: WebFlowTests.service)
            let second = try client.authorization(for: WebFlowTests.service, keeping: first.cookie?.value)
            #expect(first.cookie?.value == second.cookie?.value)
            for start in [first, second] {
                let callback = try AppleCallback(formBody: try apple.consent(to: start.url))
                guard case .signedIn = try await client.finish(callback, cookie: second.cookie?.value) else {
                    Issue.record("not signed in")
                    return
                }
            }
            let forged = try client.authorization(for: WebFlowTests.service, keeping: Secret("short"))
            #expect(forged.cookie?.value != Secret("short"))
        }
    }

    @Test(arguments: ["/", "/a", "/a/b?c=d&e=/f"])
    func localPathsAreTaken(_ path: String) { #expect(AppleLocalPath(path)?.rawValue == path) }

    @Test(arguments: ["", "a", "//", "//a", "/\\a", "/a\u{0}", "/\n/a", "/é", "javascript:alert(1)", "https://a"])
    func pathsThatLeadElsewhereAreNot(_ path: String) { #expect(AppleLocalPath(path) == nil) }
}
