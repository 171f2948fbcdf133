public import FoundationEssentials

/// A mail that a loopback provider took.
public struct LoopbackProviderMail: Sendable, Hashable {
    /// A file that came with it.
    public struct Attachment: Sendable, Hashable {
        /// The file's name.
        public var fileName: String
        /// What the bytes are, if it was said.
        public var contentType: String?
        /// The name to which HTML refers.
        public var contentID: String?
        /// The bytes.
        public var content: [UInt8]
    }

    /// The id that was given to it.
    public var id: String
    /// The sender, as it was written.
    public var from: String
    /// The receivers' addresses.
    public var to: [String] = []
    /// The addresses of those who get a copy.
    public var cc: [String] = []
    /// The addresses of those who get a copy that nobody else sees.
    public var bcc: [String] = []
    /// Where answers go.
    public var replyTo: [String] = []
    /// The subject.
    public var subject: String
    /// The plain text.
    public var text: String?
    /// The HTML.
    public var html: String?
    /// A calendar object.
    public var calendar: String?
    /// Further header fields.
    public var headers: [String: String] = [:]
    /// Tags with their values; SendGrid's categories have none.
    public var tags: [String: String] = [:]
    /// Metadata.
    public var metadata: [String: String] = [:]
    /// The files.
    public var attachments: [Attachment] = []
    /// When it is to be sent.
    public var scheduledAt: Date?
    /// Whether it was called off.
    public var isCancelled = false
    /// Whether opens and clicks are measured; nil where nothing was said.
    public var tracksOpens: Bool?
    /// Whether clicks are measured; nil where nothing was said.
    public var tracksClicks: Bool?
    /// The key under which it came.
    public var idempotencyKey: String?
    /// The batch id under which it can be called off.
    public var batchID: String?

    init(id: String, from: String, subject: String) {
        self.id = id
        self.from = from
        self.subject = subject
    }

    /// All receivers.
    public var recipients: [String] { to + cc + bcc }
}
