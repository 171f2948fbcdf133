import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import GroundworkTesting
import HTTPTypes
import Testing

@testable import Mailer

/// Another provider, written on the seam alone: as Postmark's API is described, with a key in a field of its own, batches
/// that answer mail by mail, and no idempotency.
private final class PostmarkProbe: HTTPMailProvider {
    let name = "postmark"
    static let known: MailCapabilities = {
        var capabilities = MailCapabilities([.batch, .attachments, .customHeaders])
        capabilities.maximumRecipients = 50
        capabilities.maximumBatch = 3
        return capabilities
    }()
    let capabilities = known
    let client: ProviderClient

    init(_ http: any HTTPTransport, key: Secret<String> = Secret("token")) throws(MailError) {
        guard let field = HTTPField.Name("X-Postmark-Server-Token") else {
            throw MailError(.invalidConfiguration, "There is no such field.")
        }
        client = try ProviderClient(
            name: "postmark",
            endpoint: "https://api.postmarkapp.com",
            key: key,
            keyVariable: "POSTMARK_TOKEN",
            authorization: { .field(field, $0) },
            userAgent: "test",
            timeout: .seconds(10),
            limiter: nil,
            http: http,
            time: SystemTime()
        )
    }

    func send(_ mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailReceipt {
        try await deliver(mail, deadline: deadline)
    }

    func send(
        batch mails: [OutgoingMail],
        deadline: ContinuousClock.Instant?
    ) async throws -> [Result<MailReceipt, any Error>] {
        try await deliver(batch: mails, deadline: deadline)
    }

    private func write(_ mail: OutgoingMail, to json: inout JSONWriter) throws(MailError) {
        try ProviderPreflight(transport: name, capabilities: capabilities).check(mail, now: client.time.now)
        let recipients = try ProviderRecipients(mail, transport: name)
        json.object {
            $0.member("From", mail.message.from.description)
            $0.member("To", recipients.to.map(\.description).joined(separator: ","))
            $0.member("Subject", mail.message.subject.text)
            $0.member("TextBody", mail.message.providerText)
        }
    }

    func request(for mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> ProviderStep {
        var json = JSONWriter()
        try write(mail, to: &json)
        return .send(.post("/email", json), reference: nil)
    }

    func groups(of mails: [OutgoingMail]) -> [[Int]] {
        stride(from: 0, to: mails.count, by: 3).map { Array($0..<min($0 + 3, mails.count)) }
    }

    func batchRequest(for mails: [OutgoingMail]) throws(MailError) -> ProviderRequest {
        var written: [[UInt8]] = []
        for mail in mails {
            var json = JSONWriter()
            try write(mail, to: &json)
            written.append(json.bytesInMemory ?? [])
        }
        var json = JSONWriter()
        json.array(written) { $0.raw($1) }
        return .post("/email/batch", json)
    }

    private func verdict(_ json: JSONValue) -> ProviderVerdict {
        let code = json["ErrorCode"]?.integer ?? -1
        if code == 0 { return .outcome(.accepted(id: json["MessageID"]?.string)) }
        return .outcome(.rejected(MailReply(text: json["Message"]?.string ?? "", name: MailReply.Name("\(code)"))))
    }

    func verdict(on answer: ProviderAnswer, to request: ProviderRequest) -> ProviderVerdict {
        guard let json = answer.json, json["ErrorCode"] != nil else { return answer.verdict(nil, transport: name) }
        return verdict(json)
    }

    func batchVerdicts(on answer: ProviderAnswer, count: Int) -> [ProviderVerdict] {
        guard let list = answer.json?.array, list.count == count else { return [answer.verdict(nil, transport: name)] }
        return list.map(verdict)
    }

    func messageID(of mail: OutgoingMail) -> MessageID? { nil }
}

extension MailProviderEntry {
    fileprivate static let postmark = MailProviderEntry("postmark", PostmarkProbe.known) { environment, http in
        let key = environment.required("POSTMARK_TOKEN", "Set it to a server's token.")
        return environment.read("POSTMARK_TOKEN", key) { key throws(MailError) in
            try PostmarkProbe(http ?? CurlHTTPTransport.shared, key: Secret(key))
        }
    }
}

@Suite struct ProviderSeamTests {
    /// What stands in the registry is a provider of `EMAIL_PROVIDER` and of its errors, without a change anywhere else.
    @Test func anotherProviderIsAnEntryOfTheRegistry() async throws {
        let http = ScriptedHTTPTransport([
            .respond(.ok, to: .post, "/email", body: Array(#"{"ErrorCode":0,"MessageID":"a"}"#.utf8))
        ])
        let providers = MailProviderEntry.all + [.postmark]
        let environment = [
            "EMAIL_PROVIDER": "Postmark", "POSTMARK_TOKEN": "t0ken", "EMAIL_FROM": "noreply@shop.test",
            "APP_NAME": "Shop", "APP_URL": "https://shop.example.org",
        ]
        let mailer = try Mailer(environment: environment, http: http, providers: providers)
        let receipt = try await mailer.sendVerificationEmail(to: "ada@example.org", token: "t")
        #expect(receipt.transport == "postmark" && receipt.outcome == .accepted(id: "a"))
        try http.verify()
        let changes = [
            ("POSTMARK_TOKEN", "", "POSTMARK_TOKEN"),
            ("EMAIL_PROVIDER", "pigeon", "resend, sendgrid, smtp, file, maildir or postmark"),
        ]
        for (name, value, words) in changes {
            let wrong = environment.merging([name: value]) { $1 }
            let error = #expect(throws: MailError.self) {
                try Mailer(environment: wrong, http: http, providers: providers)
            }
            #expect(error?.message.contains(words) == true)
        }
        #expect(MailCapabilities.known.map(\.transport) == ["resend", "sendgrid", "smtp"])
        #expect(MailCapabilities.known.map(\.capabilities) == [.resend, .sendGrid, .smtp])
    }

    @Test func anotherProviderNeedsNothingElse() async throws {
        let http = ScriptedHTTPTransport([
            .respond(.ok, to: .post, "/email", body: Array(#"{"ErrorCode":0,"MessageID":"a"}"#.utf8)),
            .respond(
                .ok,
                to: .post,
                "/email/batch",
                body: Array(
                    #"[{"ErrorCode":0,"MessageID":"b"},{"ErrorCode":406,"Message":"inactive"},{"ErrorCode":0,"MessageID":"d"}]"#
                        .utf8
                )
            ),
            .respond(.serviceUnavailable, to: .post, "/email"),
        ])
        let transport = try PostmarkProbe(http)
        let mails = try (0..<4).map { try outgoingMail(to: ["user\($0)@example.org"]) }
        let one = try await transport.send(mails[0], deadline: nil)
        #expect(one.outcome == .accepted(id: "a"))
        let receipts = try await transport.receipts(of: mails)
        #expect(receipts[0].outcome == .accepted(id: "b"))
        #expect(receipts[1].outcome?.reply?.text == "inactive")
        #expect(receipts[2].outcome == .accepted(id: "d"))
        #expect(receipts[3].outcome?.isUnknown == true)
        try http.verify()
        let field = try #require(HTTPField.Name("X-Postmark-Server-Token"))
        #expect(http.requests.allSatisfy { $0.head.headerFields[field] == "token" })
        #expect(http.requests.allSatisfy { $0.head.headerFields[.authorization] == nil })
    }
}
