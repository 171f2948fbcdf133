import AppleSignIn
import AppleSignInTesting
import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import Testing

@Suite struct NotificationTests {
    private static let duplicate = AppleSignInError.Code("duplicate")
    private let bench: VerifierBench
    private let client: AppleSignInClient

    init() async throws {
        bench = try VerifierBench()
        let signing = AppleSigningKey(
            keyID: "KEY0000000",
            privateKey: try ApplePrivateKey(Secret(try await OpenSSLKeys.p256()))
        )
        client = try AppleSignInClient(
            try AppleSignInConfiguration(
                teams: [AppleTeam(teamID: "TEAM012345", keys: [signing])],
                clients: [.app(bundleID: VerifierBench.audience), SecretBench.web]
            ),
            keys: bench.keys,
            time: bench.time
        )
    }

    private func body(events: String, id: String? = "\"n1\"", changes: [String: String?] = [:]) throws -> [UInt8] {
        var claims: [String: String?] = ["sub": nil, "nonce": nil, "nonce_supported": nil, "jti": id, "events": events]
        claims.merge(changes) { $1 }
        return Array(#"{"payload":"\#(try bench.issuer.sign(payload: bench.payload(claims)))"}"#.utf8)
    }

    private static let event = #"{"type":"consent-revoked","sub":"001.user","event_time":1700000000123}"#

    private static func quoted(_ json: String) -> String {
        "\"" + json.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// What was stored, or the code of the error.
    private func receive(_ body: [UInt8]) async -> Result<AppleNotification, AppleSignInError> {
        let found = Locked<AppleNotification?>(nil)
        do {
            try await client.receiveNotification(body) { note in found.withLock { $0 = note } }
        } catch {
            return .failure(error as? AppleSignInError ?? AppleSignInError(.unexpectedAnswer, "\(error)"))
        }
        guard let note = found.withLock({ $0 }) else { return .failure(AppleSignInError(Self.duplicate, "")) }
        return .success(note)
    }

    private func refusal(_ body: [UInt8]) async -> AppleSignInError.Code? {
        if case .failure(let error) = await receive(body) { error.code } else { nil }
    }

    @Test func eventsAreATextOrAnObject() async throws {
        for (index, events) in [Self.quoted(Self.event), Self.event].enumerated() {
            let note = try await receive(try body(events: events, id: "\"n\(index)\"")).get()
            #expect(note.kind == .consentRevoked)
            #expect(note.subject == "001.user")
            #expect(note.audience == VerifierBench.audience)
            // Milliseconds.
            #expect(abs(note.occurredAt.timeIntervalSince1970 - 1_700_000_000.123) < 0.001)
            #expect(note.id == "n\(index)")
        }
    }

    @Test(arguments: [
        ("account-delete", "account-deleted"), ("account-deleted", "account-deleted"),
        ("email-disabled", "email-disabled"),
        ("email-enabled", "email-enabled"), ("something-new", "something-new"),
    ])
    func everyKindIsPassedOn(word: String, kind: String) async throws {
        let event =
            Self.event.replacing("consent-revoked", with: word).dropLast()
            + #","email":"x@privaterelay.appleid.com","is_private_email":"true"}"#
        let note = try await receive(try body(events: Self.quoted(String(event)))).get()
        #expect(note.kind.rawValue == kind)
        #expect(note.isPrivateEmail == true)
        #expect(note.email == "x@privaterelay.appleid.com")
    }

    @Test func oneThatComesAgainIsNotStoredAgain() async throws {
        let first = try body(events: Self.event)
        _ = try await receive(first).get()
        // The same, and another token with the same identifier.
        #expect(await refusal(first) == Self.duplicate)
        await bench.time.jump(by: .seconds(1))
        #expect(await refusal(try body(events: Self.event)) == Self.duplicate)
        _ = try await receive(try body(events: Self.event, id: "\"n2\"")).get()
    }

    @Test func aBodyOfTenMegabytesIsRefusedUnread() async throws {
        let spaces = [UInt8](repeating: 0x20, count: 10 << 20)
        let error = await #expect(throws: AppleSignInError.self) {
            try await client.receiveNotification(spaces) { _ in }
        }
        #expect(error?.code == .malformedToken)
        #expect(error?.message.contains("64 KiB") == true)
        let long = Array(#"{"payload":""#.utf8) + [UInt8](repeating: 0x41, count: 60_000) + Array("\"}".utf8)
        #expect(await refusal(long) == .malformedToken)
        #expect(bench.transport.calls == 0)
    }

    @Test(arguments: [
        "", "{}", "[]", "payload=x", #"{"payload":7}"#, #"{"payload":""}"#, #"{"payload":"a.b.c"}"#,
        #"{"payload":"a","payload":"b"}"#,
        #"{"payload":"a"} x"#, "\u{FEFF}{}",
    ])
    func otherBodiesAreRefused(text: String) async {
        #expect(await refusal(Array(text.utf8)) == .malformedToken)
    }

    @Test(arguments: [
        "{}", "[]", "7", "null", "\"\"", "\"x\"", "\"[]\"", #"[{"type":"x"}]"#, #"{"type":"x","sub":"s"}"#,
        #"{"type":"x","event_time":1}"#, #"{"sub":"s","event_time":1}"#, #"{"type":7,"sub":"s","event_time":1}"#,
        #"{"type":"x","sub":"s","event_time":"1"}"#, #"{"type":"x","sub":"s","event_time":-1}"#,
        #"{"type":"x","sub":"s","event_time":1e300}"#, #"{"type":"x","sub":"s","sub":"t","event_time":1}"#,
    ])
    func eventsThatAreNoneAreRefused(events: String) async throws {
        #expect(await refusal(try body(events: events)) == .malformedClaims)
    }

    @Test func aNotificationIsVerifiedAsStrictlyAsAnIdentityToken() async throws {
        let now = Int(bench.time.now.timeIntervalSince1970)
        let cases: [([String: String?], AppleSignInError.Code)] = [
            (["aud": "\"com.other\""], .wrongAudience), (["iss": "\"https://evil.example\""], .wrongIssuer),
            (["exp": "\(now - 60)"], .expiredToken), (["iat": "\(now + 61)"], .tokenFromFuture),
            (["exp": nil], .malformedClaims),
            (["jti": nil], .malformedClaims), (["jti": "\"\""], .malformedClaims), (["jti": "7"], .malformedClaims),
            (["events": nil], .malformedClaims),
        ]
        for (changes, code) in cases {
            #expect(await refusal(try body(events: Self.event, changes: changes)) == code, "\(changes)")
        }
        // An identity token is no notification, and a notification no identity token.
        #expect(await refusal(Array(#"{"payload":"\#(try bench.token())"}"#.utf8)) == .malformedClaims)
        let note = try body(events: Self.event)
        let token = String(decoding: note.dropFirst(12).dropLast(2), as: UTF8.self)
        await #expect(throws: AppleSignInError.self) {
            try await client.verify(token, nonce: .none(reason: "the test shows what is refused without one"))
        }
    }

    @Test func whatCannotBeStoredComesAgain() async throws {
        let first = try body(events: Self.event)
        for _ in 0..<2 {
            await #expect(throws: TestFailure.self) {
                try await client.receiveNotification(first) { _ in throw TestFailure() }
            }
        }
        #expect(try await client.receiveNotification(first) { _ in })
    }
}
