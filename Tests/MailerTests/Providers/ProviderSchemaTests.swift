import FoundationEssentials
import GroundworkCore
import Testing

@testable import Mailer

/// Request bodies before judges that nobody here wrote: Python's `json`, and `jsonschema` with schemas written by hand
/// after the providers' published descriptions.
@Suite struct ProviderSchemaTests {
    private static func body(_ step: ProviderStep) async throws -> [UInt8] {
        guard case .send(let request, _) = step else { return [] }
        return try await body(request)
    }

    private static func body(_ request: ProviderRequest) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        guard let body = request.body else { return [] }
        for try await chunk in try body.chunks() { bytes += chunk }
        return bytes
    }

    private static func messages(metadata: Bool) throws -> [OutgoingMail] {
        var scheduled = try outgoingMail().message
        scheduled.scheduledAt = Date().addingTimeInterval(3600)
        var bare = try outgoingMail().message
        bare.text = nil
        bare.html = "<p>x</p>"
        bare.replyTo = try MailAddressList("a@example.org, B <b@example.org>")
        var texts = try Samples.texts.filter { !$0.isEmpty }.map { try outgoingMail(text: $0).message }
        texts += try Samples.subjects.filter { !$0.trimmingASCIIWhitespace().isEmpty }.map {
            try outgoingMail(subject: $0).message
        }
        var rich = try richMessage(metadata: metadata)
        if metadata {
            rich.tracking = .off
            rich.calendar = invitation
            let type = try MailContentType("text/csv; charset=utf-8")
            rich.attachments.append(try MailAttachment(fileName: "a.csv", contentType: type, content: .text("a,b")))
        }
        return try ([rich, scheduled, bare] + texts).map { try OutgoingMail($0) }
    }

    private struct Input: Encodable {
        var schema: String
        var bodies: [String]
    }

    /// What is wrong with each body; empty when nothing is.
    private static func faults(_ schema: String, _ bodies: [[UInt8]]) async throws -> [String] {
        let script = """
            import json, sys, jsonschema
            def unique(pairs):
                names = [name for name, _ in pairs]
                if len(set(names)) != len(names): raise ValueError("a name stands twice")
                return dict(pairs)
            given = json.load(sys.stdin)
            schema = json.loads(given["schema"])
            jsonschema.Draft202012Validator.check_schema(schema)
            judge = jsonschema.Draft202012Validator(schema)
            out = []
            for text in given["bodies"]:
                try: out += [e.message for e in judge.iter_errors(json.loads(text, object_pairs_hook=unique))]
                except ValueError as e: out.append(str(e))
            json.dump(out, sys.stdout)
            """
        let input = Input(schema: schema, bodies: bodies.map { String(decoding: $0, as: UTF8.self) })
        return try await MailReaders.python(script, input, as: [String].self)
    }

    @Test func resendsRequestsKeepToItsDescription() async throws {
        let transport = try ResendTransport(.init(apiKey: Secret("re_x")))
        let mails = try Self.messages(metadata: false)
        var bodies: [[UInt8]] = []
        for mail in mails { bodies.append(try await Self.body(try await transport.request(for: mail, deadline: nil))) }
        #expect(try await Self.faults(Self.resend, bodies) == [])
        let batch = try await Self.body(transport.batchRequest(for: Array(mails.dropFirst(2))))
        #expect(try await Self.faults(#"{"type":"array","maxItems":100,"items":\#(Self.resend)}"#, [batch]) == [])
        // The judge does judge.
        #expect(try await Self.faults(Self.resend, [Array("{\"to\":[]}".utf8)]).count >= 3)
        #expect(try await Self.faults(Self.resend, [Array("{\"to\":1,\"to\":2}".utf8)]) == ["a name stands twice"])
    }

    @Test func sendGridsRequestsKeepToItsDescription() async throws {
        var configuration = SendGridTransport.Configuration(apiKey: Secret("SG.x"))
        configuration.scheduledMailsCanBeCancelled = false
        configuration.ipPool = "pool"
        configuration.unsubscribeGroup = 7
        let transport = try SendGridTransport(configuration)
        let mails = try Self.messages(metadata: true)
        var bodies: [[UInt8]] = []
        for mail in mails { bodies.append(try await Self.body(try await transport.request(for: mail, deadline: nil))) }
        configuration.isSandbox = true
        let sandbox = try SendGridTransport(configuration)
        bodies.append(try await Self.body(try await sandbox.request(for: mails[0], deadline: nil)))
        #expect(try await Self.faults(Self.sendGrid, bodies) == [])
        #expect(try await Self.faults(Self.sendGrid, [Array("{}".utf8)]).count >= 3)
    }

    private static let texts = #"{"type":"array","minItems":1,"items":{"type":"string","minLength":3}}"#

    private static let resend = """
        {"type":"object","required":["from","to","subject","text"],"additionalProperties":false,"properties":{
         "from":{"type":"string"},"to":{"type":"array","minItems":1,"maxItems":50,"items":{"type":"string"}},
         "cc":\(texts),"bcc":\(texts),"reply_to":\(texts),"subject":{"type":"string","minLength":1},
         "html":{"type":"string"},"text":{"type":"string"},
         "headers":{"type":"object","additionalProperties":{"type":"string"}},
         "scheduled_at":{"type":"string","pattern":"^\\\\d{4}-\\\\d\\\\d-\\\\d\\\\dT\\\\d\\\\d:\\\\d\\\\d:\\\\d\\\\d\\\\.\\\\d{3}Z$"},
         "tags":{"type":"array","items":{"type":"object","required":["name","value"],"additionalProperties":false,
          "properties":{"name":{"pattern":"^[A-Za-z0-9_-]{1,256}$"},"value":{"pattern":"^[A-Za-z0-9_-]{1,256}$"}}}},
         "attachments":{"type":"array","items":{"type":"object","required":["content","filename"],
          "additionalProperties":false,"properties":{"content":{"type":"string","pattern":"^[A-Za-z0-9+/]*={0,2}$"},
          "filename":{"type":"string"},"content_type":{"type":"string"},"content_id":{"type":"string"}}}}}}
        """

    private static let mailbox = """
        {"type":"object","required":["email"],"additionalProperties":false,
         "properties":{"email":{"type":"string","pattern":"@"},"name":{"type":"string"}}}
        """

    private static let switches = """
        {"type":"object","required":["enable"],"additionalProperties":false,
         "properties":{"enable":{"type":"boolean"},"enable_text":{"type":"boolean"}}}
        """

    private static let sendGrid = """
        {"type":"object","required":["personalizations","from","content"],"additionalProperties":false,"properties":{
         "personalizations":{"type":"array","minItems":1,"maxItems":1000,"items":{"type":"object",
          "required":["to","subject"],"additionalProperties":false,"properties":{
           "to":{"type":"array","minItems":1,"items":\(mailbox)},"cc":{"type":"array","minItems":1,"items":\(mailbox)},
           "bcc":{"type":"array","minItems":1,"items":\(mailbox)},"subject":{"type":"string","minLength":1},
           "headers":{"type":"object","additionalProperties":{"type":"string"},"propertyNames":{"not":{"enum":[
            "x-sg-id","x-sg-eid","received","dkim-signature","Content-Type","Content-Transfer-Encoding","To","From",
            "Subject","Reply-To","CC","BCC"]}}},
           "custom_args":{"type":"object","additionalProperties":{"type":"string"}},"send_at":{"type":"integer"}}}},
         "from":\(mailbox),"reply_to":\(mailbox),"reply_to_list":{"type":"array","minItems":2,"items":\(mailbox)},
         "content":{"type":"array","minItems":1,"prefixItems":[{"properties":{"type":{"const":"text/plain"}}}],
          "items":{"type":"object","required":["type","value"],"additionalProperties":false,
           "properties":{"type":{"type":"string","pattern":"^[^;\\\\r\\\\n]+$"},
            "value":{"type":"string","minLength":1}}}},
         "categories":{"type":"array","maxItems":10,"uniqueItems":true,"items":{"type":"string","maxLength":255}},
         "batch_id":{"type":"string"},"ip_pool_name":{"type":"string","minLength":2,"maxLength":64},
         "asm":{"type":"object","required":["group_id"],"properties":{"group_id":{"type":"integer"}}},
         "mail_settings":{"type":"object","properties":{"sandbox_mode":\(switches)}},
         "tracking_settings":{"type":"object","additionalProperties":false,
          "properties":{"click_tracking":\(switches),"open_tracking":\(switches)}},
         "attachments":{"type":"array","items":{"type":"object","required":["content","filename"],
          "additionalProperties":false,"properties":{"content":{"type":"string","pattern":"^[A-Za-z0-9+/]+={0,2}$"},
          "filename":{"type":"string"},"type":{"type":"string","pattern":"^[^;\\\\r\\\\n]+$"},"disposition":{"enum":["inline","attachment"]},
          "content_id":{"type":"string"}}}}}}
        """
}
