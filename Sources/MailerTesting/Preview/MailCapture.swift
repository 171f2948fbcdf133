import GroundworkTesting

/// One mail in one language, as it would be sent, with its secrets hidden.
public struct MailCapture: Sendable {
    /// A part of the message.
    public struct Part: Sendable, Hashable {
        /// How many multiparts it is inside of.
        public var depth: Int
        /// Its type, such as `text/html`.
        public var type: String
        /// How it is encoded, such as `quoted-printable`.
        public var encoding: String
        /// Its size as sent, in bytes.
        public var size: Int
    }

    /// What it is called in the gallery.
    public let title: String
    /// Where it stands in the gallery.
    public let group: String
    /// Its language, if it has one.
    public let locale: MailLocale?
    /// The message.
    public let message: MailMessage
    /// What mail programs show beside the subject.
    public let preview: String
    /// The plain text, made from the HTML where the message has none.
    public let text: String
    /// The header as it is sent.
    public let headers: String
    /// The parts from the outside to the inside.
    public let parts: [Part]
    /// The size of the message as it is sent, in bytes.
    public let size: Int
    /// What is good and what is not about it.
    public let findings: [MailCheckFinding]
    /// The message as it is sent.
    package let source: [UInt8]
    /// The pictures that the message carries itself.
    let inlineImages: [MailLink: MailPreview.Image]

    init(
        _ entry: MailPreview.Entry,
        _ original: MailMessage,
        _ preview: MailPreview,
        template: (any MailTemplate)? = nil
    ) async throws {
        var message = original
        let mask = SecretMask(template, message)
        message.text = message.text.map(mask.masked)
        message.html = message.html.map(mask.masked)
        if message.date == nil { message.date = preview.date }
        message.messageID = try message.messageID ?? MessageID("preview@\(message.from.address.domain.wireText)")
        let composed = try MIMEComposer(random: ManualRandom(seed: 1)).compose(message)
        let bytes = try await composed.bytes()
        title = entry.title
        group = entry.group
        locale = message.locale
        self.message = message
        headers = mask.masked(String(decoding: composed.header, as: UTF8.self)).replacing("\r\n", with: "\n")
        let reader = PartReader(bytes)
        parts = reader.parts
        text = reader.plainText
        size = bytes.count
        source = bytes
        self.preview = InboxLine.preview(message.html, reader.plainText)
        var inlineImages: [MailLink: MailPreview.Image] = [:]
        for attachment in message.attachments {
            guard let id = attachment.contentID, attachment.contentType.type == "image", attachment.content.isReplayable
            else { continue }
            var bytes: [UInt8] = []
            for try await chunk in try attachment.content.chunks() where bytes.count < 1 << 20 { bytes += chunk }
            inlineImages[.part(id)] = MailPreview.Image(bytes, attachment.contentType)
        }
        self.inlineImages = inlineImages
        findings = MailHTMLCheck.findings(of: message, holdsSecrets: template?.holdsSecrets == true)
    }

    /// What a link to it in the page is called.
    func anchor(_ number: Int) -> String { "m\(number)\(locale.map { "-\($0.rawValue)" } ?? "")" }
}
