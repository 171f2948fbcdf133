import FoundationEssentials
import GroundworkCore

/// One mail as SendGrid's JSON: what mails may differ in within one request, and the rest.
struct SendGridBody: Sendable {
    let message: MailMessage
    /// Receivers, subject, headers, metadata.
    let personalization: [UInt8]
    /// The receivers as SendGrid compares them, without regard to case.
    let addresses: Set<String>

    /// - Parameter batchID: by which the mail can be called off. It goes with the metadata, so that events bring it back.
    /// - Throws: ``MailError`` when an address stands twice, which SendGrid refuses.
    init(_ mail: OutgoingMail, transport: String, batchID: String? = nil) throws(MailError) {
        let recipients = try ProviderRecipients(mail, transport: transport)
        let all = recipients.all.map { $0.address.wireText.lowercasedASCII() }
        addresses = Set(all)
        guard addresses.count == all.count else {
            throw MailError(
                .invalidMessage,
                "Two recipients differ in upper and lower case only, and SendGrid takes an address once; leave one out.",
                transport: transport
            )
        }
        let message = mail.message
        let headers = message.providerHeaders(includesMessageID: true)
        var json = JSONWriter()
        json.object { json in
            json.mailboxes("to", recipients.to)
            json.mailboxes("cc", recipients.cc)
            json.mailboxes("bcc", recipients.bcc)
            json.member("subject", message.subject.text)
            if !headers.isEmpty {
                json.member("headers") {
                    $0.object { json in
                        // SendGrid writes them as they come.
                        for field in headers { json.member(field.name, HeaderWriter.oneLine(field.name, field.value)) }
                    }
                }
            }
            var metadata = message.metadata
            metadata[SendGridEvents.batchMember] = batchID
            if !metadata.isEmpty { json.member("custom_args") { $0.metadata(metadata) } }
            if let seconds = message.scheduledAt.flatMap({ Int(exactly: $0.timeIntervalSince1970.rounded(.down)) }) {
                json.member("send_at") { $0.number(seconds) }
            }
        }
        self.message = message
        personalization = json.bytesInMemory ?? []
    }

    /// Everything that mails of one request have in common; nil when something of it is streamed.
    func shared(_ configuration: SendGridTransport.Configuration) -> [UInt8]? {
        json([], configuration, batchID: nil).bytesInMemory
    }

    /// The whole request.
    func json(
        _ personalizations: [[UInt8]],
        _ configuration: SendGridTransport.Configuration,
        batchID: String?
    ) -> JSONWriter {
        var json = JSONWriter()
        json.object { json in
            json.member("personalizations") { $0.array(personalizations) { $0.raw($1) } }
            json.member("from") { $0.mailbox(message.from) }
            let replies = message.replyTo.mailboxes
            if replies.count == 1 { json.member("reply_to") { $0.mailbox(replies[0]) } }
            if replies.count > 1 { json.mailboxes("reply_to_list", replies) }
            json.member("content") { $0.array(contents) { $0.content($1.type, $1.text) } }
            json.member("categories", message.tags.map(SendGridLimits.category))
            json.member("batch_id", batchID)
            json.member("ip_pool_name", configuration.ipPool)
            if let group = configuration.unsubscribeGroup {
                json.member("asm") { $0.object { $0.member("group_id") { $0.number(group) } } }
            }
            if configuration.isSandbox {
                json.member("mail_settings") { $0.object { $0.enabled("sandbox_mode", true) } }
            }
            if message.tracking.opens != nil || message.tracking.clicks != nil {
                json.member("tracking_settings") { $0.tracking(message.tracking) }
            }
            if !message.attachments.isEmpty {
                json.member("attachments") { $0.array(message.attachments) { $0.attachment($1) } }
            }
        }
        return json
    }

    /// Plain text first, as SendGrid demands.
    private var contents: [(type: String, text: String)] {
        var contents: [(type: String, text: String)] = []
        if let text = message.providerText { contents.append(("text/plain", text)) }
        if let html = message.html, !html.isEmpty { contents.append(("text/html", html)) }
        // Without parameters, which SendGrid refuses: readers find METHOD in the object.
        if let calendar = message.calendar { contents.append(("text/calendar", calendar.text)) }
        return contents
    }
}

extension JSONWriter {
    fileprivate mutating func mailbox(_ mailbox: Mailbox) {
        object {
            $0.member("email", mailbox.address.wireText)
            $0.member("name", mailbox.name)
        }
    }

    fileprivate mutating func mailboxes(_ name: String, _ mailboxes: [Mailbox]) {
        guard !mailboxes.isEmpty else { return }
        member(name) { $0.array(mailboxes) { $0.mailbox($1) } }
    }

    fileprivate mutating func content(_ type: String, _ text: String) {
        object {
            $0.member("type", type)
            $0.member("value", text)
        }
    }

    fileprivate mutating func enabled(_ name: String, _ value: Bool) {
        member(name) { $0.object { $0.member("enable") { $0.bool(value) } } }
    }

    fileprivate mutating func tracking(_ tracking: MailTracking) {
        object { json in
            if let clicks = tracking.clicks {
                json.member("click_tracking") {
                    $0.object {
                        $0.member("enable") { $0.bool(clicks) }
                        $0.member("enable_text") { $0.bool(clicks) }
                    }
                }
            }
            if let opens = tracking.opens { json.enabled("open_tracking", opens) }
        }
    }

    fileprivate mutating func attachment(_ attachment: MailAttachment) {
        object {
            $0.member("filename", attachment.fileName)
            $0.member("type", attachment.contentType.essence)
            $0.member("disposition", attachment.disposition == .inline ? "inline" : "attachment")
            $0.member("content_id", attachment.contentID?.rawValue)
            $0.member("content") { $0.base64(attachment.content, attachment.fileName) }
        }
    }
}
