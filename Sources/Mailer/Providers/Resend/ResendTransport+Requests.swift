import FoundationEssentials
import GroundworkCore
import HTTPTypes

extension ResendTransport: HTTPMailProvider {
    private static let idempotencyField = "Idempotency-Key"
    private static let validationField = "x-batch-validation"

    func request(for mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> ProviderStep {
        var json = JSONWriter()
        try write(mail, to: &json)
        var request = ProviderRequest.post("/emails", json, limit: capabilities.maximumSize)
        try preflight.checkSize(json.text.length)
        request.set(Self.idempotencyField, mail.idempotencyKey.rawValue)
        return .send(request, reference: nil)
    }

    func groups(of mails: [OutgoingMail]) -> [[Int]] {
        var groups: [[Int]] = []
        var open: [Int] = []
        for (index, mail) in mails.enumerated() {
            if !mail.message.attachments.isEmpty || mail.message.scheduledAt != nil {
                groups.append([index])
                continue
            }
            open.append(index)
            if open.count == capabilities.maximumBatch {
                groups.append(open)
                open = []
            }
        }
        return open.isEmpty ? groups : groups + [open]
    }

    func batchRequest(for mails: [OutgoingMail]) throws(MailError) -> ProviderRequest {
        var written: [[UInt8]] = []
        for mail in mails {
            var json = JSONWriter()
            try write(mail, to: &json)
            guard let bytes = json.bytesInMemory else {
                throw .unsupported(.attachments, "attachments in a batch", transport: name)
            }
            written.append(bytes)
        }
        var json = JSONWriter()
        json.array(written) { $0.raw($1) }
        try preflight.checkSize(json.text.length)
        var request = ProviderRequest.post("/emails/batch", json)
        // The same mails in the same order are the same batch.
        let key = try IdempotencyKey(derivedFrom: ["batch"] + mails.map(\.idempotencyKey.rawValue))
        request.set(Self.idempotencyField, key.rawValue)
        request.set(Self.validationField, "permissive")
        return request
    }

    /// Resend names its messages itself.
    func messageID(of mail: OutgoingMail) -> MessageID? { nil }

    private var preflight: ProviderPreflight { ProviderPreflight(transport: name, capabilities: capabilities) }

    func concernsAll(_ reply: MailReply, of mails: [OutgoingMail]) -> Bool {
        switch reply.name {
        case .invalidIdempotencyKey?: true
        case .invalidFromAddress?: Set(mails.map(\.message.from)).count == 1
        default: false
        }
    }

    /// Writes one mail as an object.
    private func write(_ mail: OutgoingMail, to json: inout JSONWriter) throws(MailError) {
        try preflight.check(mail, now: client.time.now)
        let recipients = try ProviderRecipients(mail, transport: name)
        let message = mail.message
        let headers = message.providerHeaders(includesMessageID: false)
        json.object { json in
            json.member("from", message.from.description)
            if configuration.isSandbox {
                json.member("to", (1...recipients.count).map { "\(ResendTestAddress.delivered.label("\($0)"))" })
            } else {
                json.member("to", recipients.to.map(\.description))
                json.member("cc", recipients.cc.map(\.description))
                json.member("bcc", recipients.bcc.map(\.description))
            }
            json.member("reply_to", message.replyTo.mailboxes.map(\.description))
            json.member("subject", message.subject.text)
            json.member("html", message.html)
            json.member("text", message.providerText)
            if !headers.isEmpty {
                json.member("headers") {
                    $0.object { json in for field in headers { json.member(field.name, field.value) } }
                }
            }
            json.member("scheduled_at", message.scheduledAt.map { UTCDateTime($0).rfc3339Milliseconds })
            if !message.tags.isEmpty {
                json.member("tags") { $0.array(message.tags) { $0.tag($1) } }
            }
            if !message.attachments.isEmpty {
                json.member("attachments") { $0.array(message.attachments) { $0.attachment($1) } }
            }
        }
    }
}

extension JSONWriter {
    /// Resend's tags have values always; a name alone gets `true`.
    fileprivate mutating func tag(_ tag: MailTag) {
        object {
            $0.member("name", tag.name)
            $0.member("value", tag.value ?? "true")
        }
    }

    fileprivate mutating func attachment(_ attachment: MailAttachment) {
        object {
            $0.member("filename", attachment.fileName)
            $0.member("content_type", attachment.contentType.description)
            $0.member("content_id", attachment.contentID?.rawValue)
            $0.member("content") { $0.base64(attachment.content, attachment.fileName) }
        }
    }
}

extension ProviderRequest {
    /// Sets a header field.
    mutating func set(_ name: String, _ value: String) {
        guard let name = HTTPField.Name(name) else { return }
        fields[name] = value
    }
}
