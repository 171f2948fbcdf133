import GroundworkCore
import GroundworkHTTP
import GroundworkSockets
import GroundworkTesting
import HTTPTypes
import MailerTesting
import Testing

@testable import Mailer

/// The loopback providers refuse what the real ones refuse.
@Suite struct ProviderFakeTests {
    private func answer(
        _ client: ProviderClient,
        _ path: String,
        _ json: String,
        key: String? = nil
    ) async throws -> ProviderAnswer {
        var request = ProviderRequest(method: .post, path: path, body: .text(json))
        if let key { request.set("Idempotency-Key", key) }
        guard case .answered(let answer) = try await client.exchange(request, deadline: nil) else {
            throw MailError(.unavailable, "no answer")
        }
        return answer
    }

    @Test func resendNamesWhatIsWrong() async throws {
        let time = ManualTime()
        let mail = #""from":"a@example.org","to":"b@example.org","subject":"s","text":"t""#
        let cases: [(String, Int, String)] = [
            ("{", 400, "validation_error"), ("[]", 422, "validation_error"), ("{}", 422, "missing_required_field"),
            (#"{"from":"a@example.org","to":"b@example.org","subject":"s"}"#, 422, "missing_required_field"),
            (#"{"from":"nobody","to":"b@example.org","subject":"s","text":"t"}"#, 422, "invalid_from_address"),
            (#"{"from":"a@example.org","to":[],"subject":"s","text":"t"}"#, 422, "validation_error"),
            (#"{"from":"a@example.org","to":"x","subject":"s","text":"t"}"#, 422, "validation_error"),
            (#"{"from":"a@elsewhere.org","to":"b@example.org","subject":"s","text":"t"}"#, 403, "validation_error"),
            ("{\(mail),\"tags\":[{\"name\":\"a b\",\"value\":\"c\"}]}", 422, "validation_error"),
            ("{\(mail),\"attachments\":[{\"filename\":\"x\"}]}", 422, "invalid_attachment"),
            ("{\(mail),\"scheduled_at\":\"soon\"}", 422, "validation_error"),
            ("{\(mail),\"scheduled_at\":\"2030-01-01T00:00:00Z\"}", 422, "validation_error"),
            ("{\(mail),\"invented\":1}", 422, "validation_error"),
        ]
        try await withResend(time: time) { server, transport in
            server.update { $0.domains = ["example.org": "verified"] }
            for (json, status, name) in cases {
                let answer = try await answer(transport.client, "/emails", json)
                #expect(answer.status == status, "\(json)")
                #expect(answer.json?["name"]?.string == name, "\(json)")
            }
            #expect(server.mails.isEmpty)
            let good = try await answer(transport.client, "/emails", "{\(mail)}")
            #expect(good.status == 200)
            let inBatch = try await answer(transport.client, "/emails/batch", "[{\(mail),\"attachments\":[]}]")
            #expect(inBatch.status == 422)
            let long = try await answer(
                transport.client,
                "/emails",
                "{\(mail)}",
                key: String(repeating: "k", count: 257)
            )
            #expect(long.json?["name"]?.string == "invalid_idempotency_key")
            let elsewhere = try await answer(transport.client, "/nowhere", "{}")
            #expect(elsewhere.status == 404)
        }
    }

    @Test func aKeyIsForgottenAfterADay() async throws {
        let time = ManualTime()
        try await withResend(time: time) { server, transport in
            let mail = try outgoingMail()
            _ = try await transport.send(mail, deadline: nil)
            await time.advance(by: .seconds(24 * 60 * 60 - 1))
            _ = try await transport.send(mail, deadline: nil)
            #expect(server.mails.count == 1)
            await time.advance(by: .seconds(1))
            _ = try await transport.send(mail, deadline: nil)
            #expect(server.mails.count == 2)
        }
    }

    @Test func sendGridNamesWhatIsWrong() async throws {
        let time = ManualTime()
        func request(_ personalization: String, _ more: String = "") -> String {
            #"{"personalizations":[\#(personalization)],"from":{"email":"a@example.org"},"subject":"s","#
                + #""content":[{"type":"text/plain","value":"t"}]\#(more)}"#
        }
        let to = #""to":[{"email":"b@example.org"}]"#
        let cases: [(String, Int)] = [
            ("{", 400), ("{}", 400), (request("{}"), 400), (request("{\(to)}"), 202),
            (request("{\(to),\"cc\":[{\"email\":\"B@example.org\"}]}"), 400), (request("{\(to)},{\(to)}"), 400),
            (request("{\(to),\"headers\":{\"Subject\":\"x\"}}"), 400),
            (request("{\(to),\"headers\":{\"X-A\":1}}"), 400),
            (request("{\(to),\"headers\":{\"X-A\":\"Grüße\"}}"), 400),
            (request("{\(to),\"send_at\":1900000000}"), 400), (request("{\(to)}", ",\"batch_id\":\"unknown\""), 400),
            (request("{\(to)}", ",\"categories\":[\"a\",\"a\"]"), 400), (request("{\(to)}", ",\"invented\":1"), 400),
            (request("{\(to)}", ",\"attachments\":[{\"content\":\"!\",\"filename\":\"x\"}]"), 400),
            (request("{\(to)}", ",\"mail_settings\":{\"sandbox_mode\":{\"enable\":true}}"), 200),
        ]
        try await withSendGrid(time: time) { server, transport in
            for (json, status) in cases {
                let answer = try await answer(transport.client, "/v3/mail/send", json)
                #expect(answer.status == status, "\(json)")
                #expect((answer.json?["errors"]?.array?.isEmpty == false) == (status == 400), "\(json)")
            }
            #expect(server.mails.count == 1)
            #expect(server.sandboxedCount == 1)
        }
    }

    @Test func theRateIsShownAndHeld() async throws {
        let time = ManualTime()
        try await withResend(time: time) { server, transport in
            server.limitRate(2, per: .seconds(10))
            var answers: [ProviderAnswer] = []
            for _ in 0..<3 {
                // Another client of the same account, which does not wait.
                let client = try ResendTransport(server.configuration, time: time).client
                answers.append(try await answer(client, "/emails", "{}"))
            }
            #expect(answers.map(\.status) == [422, 422, 429])
            #expect(answers.map(\.hint.remaining) == [1, 0, 0])
            #expect(answers[2].hint.retryAfter == .seconds(10))
        }
    }

    @Test func aClientWithoutANameIsTurnedAway() async throws {
        let server = try await LoopbackResendServer.start()
        let port = try #require(UInt16(server.url.split(separator: ":").last ?? ""))
        let deadline = ContinuousClock.now + .seconds(20)
        let stream = try await SocketStream.connect(host: "127.0.0.1", port: port, deadline: deadline)
        let head = "GET /domains HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        try await stream.write(Array(head.utf8), deadline: deadline)
        var bytes: [UInt8] = []
        while true {
            let chunk = try await stream.read(upTo: 4096, deadline: deadline)
            if chunk.isEmpty { break }
            bytes += chunk
        }
        stream.close()
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 403"))
        #expect(text.hasSuffix("error code: 1010"))
        await server.stop()
    }
}
