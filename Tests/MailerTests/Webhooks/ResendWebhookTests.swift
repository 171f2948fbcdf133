import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

@Suite struct ResendWebhookTests {
    // The vector of Svix's documentation.
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    private static let timestamp = "1614265330"
    private static let body = Array(#"{"test": 2432232314}"#.utf8)
    private static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    private let time = ManualTime(now: Date(timeIntervalSince1970: 1_614_265_330))

    private func webhook(_ secrets: [String] = [secret]) throws -> ResendWebhook {
        try ResendWebhook(secrets: secrets.map { Secret($0) }, time: time)
    }

    private func request(
        id: String = id,
        timestamp: String = timestamp,
        signature: String = signature,
        body: [UInt8] = body
    ) -> MailWebhookRequest {
        MailWebhookRequest(
            headers: ["Svix-Id": id, "SVIX-TIMESTAMP": timestamp, "svix-signature": signature],
            body: body
        )
    }

    private func code(_ request: MailWebhookRequest, _ webhook: ResendWebhook? = nil) throws -> MailError.Code? {
        let webhook = try webhook ?? self.webhook()
        do throws(MailError) {
            _ = try webhook.events(in: request)
            return nil
        } catch { return error.code }
    }

    @Test func theVectorOfTheDocumentationVerifies() throws {
        let events = try webhook().events(in: request())
        #expect(events.count == 1)
        #expect(events[0].kind == .other(""))
        #expect(events[0].deduplicationKey == "resend:\(Self.id)")
    }

    @Test func anyChangeIsNoticed() throws {
        #expect(try code(request(id: "msg_other")) == .webhookForged)
        #expect(try code(request(timestamp: "1614265331")) == .webhookForged)
        #expect(try code(request(body: Self.body + [0x20])) == .webhookForged)
        #expect(try code(request(body: [])) == .webhookForged)
        for position in Self.body.indices {
            var body = Self.body
            body[position] ^= 1
            #expect(try code(request(body: body)) == .webhookForged)
        }
    }

    @Test(arguments: [
        "v1,", "v1", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1A==",
        "v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=", "V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1,====",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=AAAA", ", ,,,  ,",
    ])
    func otherSignaturesAreForged(_ signature: String) throws {
        #expect(try code(request(signature: signature)) == .webhookForged)
    }

    @Test func oneRightSignatureAmongSeveralIsEnough() throws {
        let other = "v1,\(Base64.encode([UInt8](repeating: 1, count: 32)))"
        #expect(try code(request(signature: "v1a,xx \(other) \(Self.signature)")) == nil)
        // Nobody makes us compute over hundreds.
        let many = Array(repeating: other, count: ResendWebhook.maximumSignatures).joined(separator: " ")
        #expect(try code(request(signature: "\(many) \(Self.signature)")) == .webhookForged)
    }

    @Test func oldAndNewSecretAreBothTakenWhileItIsReplaced() throws {
        let new = "whsec_\(Base64.encode([UInt8](repeating: 9, count: 24)))"
        #expect(try code(request(), webhook([new, Self.secret])) == nil)
        #expect(try code(request(), webhook([Self.secret, new])) == nil)
        #expect(try code(request(), webhook([new])) == .webhookForged)
    }

    @Test func theWindowIsFiveMinutesToBothSides() async throws {
        for (offset, expected) in [(300, nil), (301, .webhookExpired), (-300, nil), (-301, .webhookExpired)]
            as [(Int, MailError.Code?)]
        {
            let time = ManualTime(now: Date(timeIntervalSince1970: 1_614_265_330 + Double(offset)))
            let webhook = try ResendWebhook(secrets: [Secret(Self.secret)], time: time)
            #expect(try code(request(), webhook) == expected, "\(offset)")
        }
    }

    @Test(arguments: ["", "abc", "-1614265330", "1614265330.5", "99999999999999999999999", "0x60", "1614265330 1"])
    func aStrangeTimeIsRefused(_ timestamp: String) throws {
        #expect(try code(request(timestamp: timestamp)) == .webhookUnsigned)
    }

    @Test func missingDoubleAndEndlessHeadersAreRefused() throws {
        #expect(try code(MailWebhookRequest(headers: [:], body: Self.body)) == .webhookUnsigned)
        let fields = [("svix-id", Self.id), ("svix-timestamp", Self.timestamp), ("svix-signature", Self.signature)]
        for index in fields.indices {
            var without = fields
            without.remove(at: index)
            #expect(
                try code(MailWebhookRequest(headers: without.map { (name: $0.0, value: $0.1) }, body: Self.body))
                    == .webhookUnsigned
            )
            let twice = fields + [(fields[index].0.uppercased(), "x")]
            #expect(
                try code(MailWebhookRequest(headers: twice.map { (name: $0.0, value: $0.1) }, body: Self.body))
                    == .webhookUnsigned
            )
        }
        let long = String(repeating: "v1,AAAA ", count: 100_000)
        #expect(try code(request(signature: long)) == .webhookUnsigned)
        #expect(try code(request(id: "a\u{0}b")) == .webhookUnsigned)
    }

    @Test func aLargeBodyIsRefusedBeforeAnythingIsComputed() throws {
        let request = request(body: [UInt8](repeating: 0x20, count: (1 << 20) + 1))
        let webhook = try webhook()
        do throws(MailError) {
            _ = try webhook.events(in: request)
            #expect(Bool(false), "it was taken")
        } catch {
            #expect(error.code == .limitExceeded)
            #expect(error.webhookStatus == 413)
        }
    }

    @Test(arguments: ["", "whsec_", "whsec_AAAA", "whsec_!!!", "whsec_\(String(repeating: "A", count: 1000))"])
    func aStrangeSecretIsRefused(_ secret: String) throws {
        #expect(throws: MailError.self) { try webhook([secret]) }
        #expect(throws: MailError.self) { try webhook([]) }
        #expect(throws: MailError.self) { try webhook(Array(repeating: Self.secret, count: 9)) }
    }

    @Test func whatPythonSignsVerifiesAndTheOtherWayRound() async throws {
        struct Signed: Codable { var secret, id, timestamp, body, signature: String }
        let make = """
            import base64, hashlib, hmac, json, os, sys
            out = []
            for n in json.load(sys.stdin):
                key, body = os.urandom(16 + n), os.urandom(n * 7)
                i, t = f"msg_{n}", "1614265330"
                mac = hmac.new(key, f"{i}.{t}.".encode() + body, hashlib.sha256).digest()
                b = lambda x: base64.b64encode(x).decode()
                out.append(dict(secret="whsec_" + b(key), id=i, timestamp=t, body=b(body), signature="v1," + b(mac)))
            json.dump(out, sys.stdout)
            """
        for signed in try await MailReaders.python(make, Array(0..<40), as: [Signed].self) {
            let body = try #require(Base64.decode(signed.body))
            let request = request(id: signed.id, timestamp: signed.timestamp, signature: signed.signature, body: body)
            // Random bytes are no JSON: the signature was right if that is what is wrong.
            #expect(try code(request, webhook([signed.secret])) == .webhookMalformed)
        }
        let signer = ResendWebhookSigner()
        let body = Array("ünïcode {}".utf8)
        let headers = try signer.headers(body, id: "msg_1", at: time.now)
        let check = """
            import base64, hashlib, hmac, json, sys
            s = json.load(sys.stdin)
            key = base64.b64decode(s["secret"][6:])
            mac = hmac.new(key, f'{s["id"]}.{s["timestamp"]}.'.encode() + base64.b64decode(s["body"]), hashlib.sha256).digest()
            json.dump("v1," + base64.b64encode(mac).decode() == s["signature"], sys.stdout)
            """
        let signed = Signed(
            secret: signer.secret.withValue { $0 },
            id: "msg_1",
            timestamp: headers["svix-timestamp"] ?? "",
            body: Base64.encode(body),
            signature: headers["svix-signature"] ?? ""
        )
        #expect(try await MailReaders.python(check, signed, as: Bool.self))
    }
}
