import FoundationEssentials
import GroundworkCore

/// What can be told about a mail before anything goes over the wire, by the capabilities of a transport.
struct ProviderPreflight: Sendable {
    let transport: String
    let capabilities: MailCapabilities
    /// Header names that the provider writes itself or refuses, in lower case.
    var reservedHeaders: Set<String> = []

    /// Checks a mail.
    /// - Throws: ``MailError``, which names what is too much or not to be had, and the remedy.
    func check(_ mail: OutgoingMail, now: Date) throws(MailError) {
        try checkLimits(mail, now: now)
        try checkFeatures(mail)
        try checkContents(mail.message)
        try checkHeaders(mail.message.headers)
    }

    private func checkLimits(_ mail: OutgoingMail, now: Date) throws(MailError) {
        if let maximum = capabilities.maximumRecipients, mail.envelope.recipients.count > maximum {
            throw limit(
                "The mail has \(mail.envelope.recipients.count) recipients, and \(transport) takes \(maximum); send several mails."
            )
        }
        if let maximum = capabilities.maximumTags, mail.message.tags.count > maximum {
            throw limit(
                "The mail has \(mail.message.tags.count) tags, and \(transport) takes \(maximum); leave some out."
            )
        }
        if let date = mail.message.scheduledAt, !(0...253_402_300_799).contains(date.timeIntervalSince1970) {
            throw MailError(
                .invalidMessage,
                "`scheduledAt` is no time between 1970 and 9999; set it to when the mail is to be sent.",
                transport: transport
            )
        }
        if let window = capabilities.schedulingWindow, let date = mail.message.scheduledAt,
            date.timeIntervalSince(now) > window.seconds
        {
            throw limit(
                "`scheduledAt` is further ahead than the \(Int(window.seconds / 3600)) hours that \(transport) allows; "
                    + "choose an earlier time, or hand the mail over later."
            )
        }
        guard mail.message.attachments.count <= MIMEComposer.maximumAttachments else {
            throw limit("The mail has more than \(MIMEComposer.maximumAttachments) attachments; send several mails.")
        }
    }

    private func checkFeatures(_ mail: OutgoingMail) throws(MailError) {
        let message = mail.message
        let addresses = [message.from] + message.replyTo.mailboxes
        let isInternational =
            mail.envelope.needsSMTPUTF8 || addresses.contains { $0.address.needsSMTPUTF8 }
        let hasOtherSender =
            mail.envelope.sender != message.from.address
            || message.sender.map { $0.address != message.from.address } == true
        let wishes: [(MailFeature, String, Bool)] = [
            (.scheduling, "scheduledAt", message.scheduledAt != nil),
            (.tags, "tags", !message.tags.isEmpty),
            (.metadata, "metadata", !message.metadata.isEmpty),
            (.tracking, "tracking", message.tracking.opens == true || message.tracking.clicks == true),
            (.attachments, "attachments", !message.attachments.isEmpty),
            (.calendar, "calendar", message.calendar != nil),
            (.customHeaders, "headers", !message.headers.isEmpty),
            (.internationalAddresses, "an address beyond ASCII", isInternational),
            (.envelopeSender, "returnPath or sender", hasOtherSender),
        ]
        for (feature, wish, isAsked) in wishes where isAsked && !capabilities.supports(feature) {
            throw .unsupported(feature, wish, transport: transport)
        }
    }

    private func checkContents(_ message: MailMessage) throws(MailError) {
        guard message.text?.isEmpty == false || message.html?.isEmpty == false || message.calendar != nil else {
            throw MailError(
                .invalidMessage,
                "The mail has neither text nor HTML, and \(transport) refuses such; set `text` or `html`.",
                transport: transport
            )
        }
        guard !message.subject.text.trimmingASCIIWhitespace().isEmpty else {
            throw MailError(
                .invalidMessage,
                "The subject is empty, and \(transport) refuses such; set `subject`.",
                transport: transport
            )
        }
        var names: Set<ContentID> = []
        for case let id? in message.attachments.map(\.contentID) where !names.insert(id).inserted {
            throw MailError(
                .invalidMessage,
                "Two inline parts have the same Content-ID \(id); give each its own.",
                transport: transport
            )
        }
    }

    private func checkHeaders(_ headers: [MailHeader]) throws(MailError) {
        var seen: Set<HeaderName> = []
        for header in headers {
            guard !reservedHeaders.contains(header.name.canonical) else {
                throw MailError(
                    .reservedHeader,
                    "\(transport) writes the header \(header.name) itself; leave it out.",
                    transport: transport
                )
            }
            guard seen.insert(header.name).inserted else {
                throw MailError(
                    .invalidMessage,
                    "The header \(header.name) stands twice, and \(transport) takes each once; join the values.",
                    transport: transport
                )
            }
        }
    }

    private func limit(_ text: String) -> MailError { MailError(.limitExceeded, text, transport: transport) }

    /// Checks the size of a request whose length is known.
    func checkSize(_ length: Int64?) throws(MailError) {
        guard let maximum = capabilities.maximumSize, let length, length > Int64(maximum) else { return }
        throw limit(
            "The mail has \(length) bytes with its attachments in base64, and \(transport) takes \(maximum); "
                + "send a link to the file in place of it."
        )
    }
}
