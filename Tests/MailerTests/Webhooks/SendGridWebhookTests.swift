import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

@Suite struct SendGridWebhookTests {
    private let signer: SendGridWebhookSigner
    private let date = Date(timeIntervalSince1970: 1_700_000_000)
    private let body = Array(
        "[{\"event\":\"delivered\",\"email\":\"a@example.org\",\"timestamp\":1700000000}]\r\n".utf8
    )

    init() throws { signer = try SendGridWebhookSigner() }

    private func code(_ request: MailWebhookRequest, _ webhook: SendGridWebhook? = nil) throws -> MailError.Code? {
        let webhook = try webhook ?? SendGridWebhook(publicKeys: [signer.publicKey], time: ManualTime(now: date))
        do throws(MailError) {
            _ = try webhook.events(in: request)
            return nil
        } catch { return error.code }
    }

    private func request(_ change: (inout [String: String]) -> Void, body: [UInt8]? = nil) throws -> MailWebhookRequest
    {
        var headers = try signer.headers(self.body, at: date)
        change(&headers)
        return MailWebhookRequest(headers: headers, body: body ?? self.body)
    }

    /// The request that the provider's own libraries are tested with; its line end is part of what is signed.
    @Test func theProvidersOwnVectorVerifies() throws {
        let key =
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eN"
            + "Ec6wEA3F+g=="
        let headers = [
            "X-Twilio-Email-Event-Webhook-Signature":
                "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=",
            "X-Twilio-Email-Event-Webhook-Timestamp": "1600112502",
        ]
        let text =
            #"[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"#
            + #""ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"#
            + #""LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"#
            + #""<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]"#
        let time = ManualTime(now: Date(timeIntervalSince1970: 1_600_112_510))
        let webhook = try SendGridWebhook(publicKeys: [key], time: time)
        let whole = MailWebhookRequest(headers: headers, body: Array("\(text)\r\n".utf8))
        #expect(try webhook.events(in: whole).map(\.name) == ["dropped"])
        #expect(try code(MailWebhookRequest(headers: headers, body: Array(text.utf8)), webhook) == .webhookForged)
    }

    @Test func aSignedBodyVerifiesAndEveryByteCounts() throws {
        #expect(try code(request { _ in }) == nil)
        #expect(try code(request({ _ in }, body: Array(body.dropLast(2)))) == .webhookForged)
        #expect(try code(request({ _ in }, body: [])) == .webhookForged)
        #expect(try code(request { $0["X-Twilio-Email-Event-Webhook-Timestamp"] = "1700000001" }) == .webhookForged)
        for position in body.indices {
            var other = body
            other[position] ^= 1
            #expect(try code(request({ _ in }, body: other)) == .webhookForged)
        }
    }

    @Test func theNamesOfHeadersAreTakenInAnyCase() throws {
        let headers = try signer.headers(body, at: date)
        let upper = headers.map { (name: $0.key.uppercased(), value: $0.value) }
        let lower = headers.map { (name: $0.key.lowercased(), value: " \($0.value) ") }
        #expect(try code(MailWebhookRequest(headers: upper, body: body)) == nil)
        #expect(try code(MailWebhookRequest(headers: lower, body: body)) == nil)
    }

    @Test(arguments: [
        "", "AAAA", "MEUCIQ==", "!!!", String(repeating: "A", count: 5000), "MAYCAQACAQA=", "MAYCAQECAQE=",
    ])
    func otherSignaturesAreRefused(_ signature: String) throws {
        let code = try code(request { $0["X-Twilio-Email-Event-Webhook-Signature"] = signature })
        #expect(code == .webhookForged || code == .webhookUnsigned)
    }

    @Test func oldAndNewKeyAreBothTakenWhileItIsReplaced() throws {
        let other = try SendGridWebhookSigner().publicKey
        let both = try SendGridWebhook(publicKeys: [other, signer.publicKey], tolerance: nil)
        #expect(try code(request { _ in }, both) == nil)
        #expect(try code(request { _ in }, SendGridWebhook(publicKeys: [other], tolerance: nil)) == .webhookForged)
    }

    @Test func theReplayWindowIsAsked() throws {
        for (offset, expected) in [(60, nil), (61, .webhookExpired), (-61, .webhookExpired)]
            as [(Double, MailError.Code?)]
        {
            let time = ManualTime(now: date.addingTimeInterval(offset))
            let webhook = try SendGridWebhook(publicKeys: [signer.publicKey], tolerance: .seconds(60), time: time)
            #expect(try code(request { _ in }, webhook) == expected)
        }
        #expect(
            try code(
                request { _ in },
                SendGridWebhook(publicKeys: [signer.publicKey], tolerance: nil, time: ManualTime(now: .distantFuture))
            ) == nil
        )
        // Ten minutes, unless something else is said.
        for (offset, expected) in [(600, nil), (601, .webhookExpired), (-601, .webhookExpired)]
            as [(Double, MailError.Code?)]
        {
            let time = ManualTime(now: date.addingTimeInterval(offset))
            #expect(try code(request { _ in }, SendGridWebhook(publicKeys: [signer.publicKey], time: time)) == expected)
        }
    }

    @Test func theKeyMayBePEM() throws {
        let pem = "-----BEGIN PUBLIC KEY-----\n\(signer.publicKey)\n-----END PUBLIC KEY-----\n"
        #expect(try code(request { _ in }, SendGridWebhook(publicKeys: [pem], tolerance: nil)) == nil)
        for bad in [
            "", "x", String(signer.publicKey.dropLast(4)), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        ] {
            #expect(throws: MailError.self) { try SendGridWebhook(publicKeys: [bad]) }
        }
        #expect(throws: MailError.self) { try SendGridWebhook(publicKeys: []) }
    }

    @Test func whatPythonSignsVerifiesAndTheOtherWayRound() async throws {
        struct Signed: Codable { var key, timestamp, body, signature: String }
        let make = """
            import base64, json, os, sys
            from cryptography.hazmat.primitives import hashes, serialization as s
            from cryptography.hazmat.primitives.asymmetric import ec
            b = lambda x: base64.b64encode(x).decode()
            out = []
            for n in json.load(sys.stdin):
                key, body, t = ec.generate_private_key(ec.SECP256R1()), os.urandom(n * 9), str(1700000000 + n)
                public = key.public_key().public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)
                signature = key.sign(t.encode() + body, ec.ECDSA(hashes.SHA256()))
                out.append(dict(key=b(public), timestamp=t, body=b(body), signature=b(signature)))
            json.dump(out, sys.stdout)
            """
        for signed in try await MailReaders.python(make, Array(0..<40), as: [Signed].self) {
            let request = MailWebhookRequest(
                headers: [
                    "X-Twilio-Email-Event-Webhook-Signature": signed.signature,
                    "X-Twilio-Email-Event-Webhook-Timestamp": signed.timestamp,
                ],
                body: try #require(Base64.decode(signed.body))
            )
            #expect(try code(request, SendGridWebhook(publicKeys: [signed.key], tolerance: nil)) == .webhookMalformed)
        }
        let check = """
            import base64, json, sys
            from cryptography.hazmat.primitives import hashes, serialization as s
            from cryptography.hazmat.primitives.asymmetric import ec
            ok = 0
            for x in json.load(sys.stdin):
                key = s.load_der_public_key(base64.b64decode(x["key"]))
                key.verify(base64.b64decode(x["signature"]), x["timestamp"].encode() + base64.b64decode(x["body"]), ec.ECDSA(hashes.SHA256()))
                ok += 1
            json.dump(ok, sys.stdout)
            """
        let signed = try (0..<40).map { number in
            let body = [UInt8](repeating: UInt8(number), count: number)
            let headers = try signer.headers(body, at: date)
            return Signed(
                key: signer.publicKey,
                timestamp: headers["X-Twilio-Email-Event-Webhook-Timestamp"] ?? "",
                body: Base64.encode(body),
                signature: headers["X-Twilio-Email-Event-Webhook-Signature"] ?? ""
            )
        }
        #expect(try await MailReaders.python(check, signed, as: Int.self) == 40)
    }

    @Test(arguments: [
        "", "{}", "null", "[", "[{]", "\"x\"", String(repeating: "[", count: 100_000), "[1]]",
        "[{\"event\":\"open\"}] x",
    ])
    func aSignedBodyThatIsNoListIsMalformed(_ text: String) throws {
        #expect(try code(signer.sign(Array(text.utf8), at: date)) == .webhookMalformed)
    }

    @Test func floodsAreRefused() throws {
        let events = "[\(Array(repeating: "{}", count: 10_001).joined(separator: ","))]"
        #expect(try code(signer.sign(Array(events.utf8), at: date)) == .limitExceeded)
        let large = [UInt8](repeating: 0x20, count: (8 << 20) + 1)
        #expect(try code(MailWebhookRequest(headers: [:], body: large)) == .limitExceeded)
    }

    @Test func strangeEventsDoNotKeepTheOthersBack() throws {
        let text = """
            [1, null, "x", [], {}, {"event":5}, {"event":"new_kind","email":"a@example.org","timestamp":"soon","x":{"y":[1]}},
             {"event":"open","event":"click","email":"not an address","timestamp":1e99,"sg_message_id":7},
             {"event":"delivered","email":"a@example.org","timestamp":1700000000,"category":"one","n":4,"b":true}]
            """
        let events = try SendGridWebhook(publicKeys: [signer.publicKey], tolerance: nil).events(
            in: signer.sign(Array(text.utf8), at: date)
        )
        #expect(events.map(\.kind) == [.other("new_kind"), .clicked, .delivered])
        #expect(events[0].date == nil)
        #expect(events[1].recipient == nil)
        #expect(events[2].tags == ["one": ""])
        #expect(events[2].metadata == ["n": "4", "b": "true"])
    }

    @Test func anEventWithTooManyMembersReadsTheSameEachTime() throws {
        let long = String(repeating: "x", count: 300)
        let members = (0..<500).map { "\"m\($0)\":\"\($0)\"" } + ["\"\(long)a\":\"1\"", "\"\(long)b\":\"2\""]
        let text = "[{\"event\":\"open\",\(members.joined(separator: ","))}]"
        let webhook = try SendGridWebhook(publicKeys: [signer.publicKey], tolerance: nil)
        let request = try signer.sign(Array(text.utf8), at: date)
        let first = try webhook.events(in: request)
        #expect(first[0].metadata.count == EventText.maximumCount)
        #expect(first[0].metadata.keys.allSatisfy { $0.utf8.count <= 256 })
        for _ in 0..<20 { #expect(try webhook.events(in: request) == first) }
    }
}
