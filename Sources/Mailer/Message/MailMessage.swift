public import FoundationEssentials

/// A message: who writes to whom, what, and how it is to be treated.
///
///     var message = try MailMessage(
///         from: Mailbox("Shop <shop@example.org>"),
///         to: [Mailbox("ada@example.org")],
///         subject: "Your order"
///     )
///     message.html = "<p>Thank you!</p>"
///
/// Every part is safe by its type: no value that can be made ends a header's line.
public struct MailMessage: Sendable {
    // Who.

    /// Who writes.
    public var from: Mailbox
    /// Who sends on behalf of ``from``; nil if that is the same.
    public var sender: Mailbox?
    /// Where answers go; empty means to ``from``.
    public var replyTo: MailAddressList = []
    /// To whom it is.
    public var to: MailAddressList
    /// Who gets a copy.
    public var cc: MailAddressList = []
    /// Who gets a copy that nobody else sees: part of the envelope, never written.
    public var bcc: MailAddressList = []
    /// Where bounces go; nil takes ``sender`` or ``from``.
    public var returnPath: EnvelopeAddress?

    // What.

    /// What it is about.
    public var subject: HeaderValue
    /// The text for readers without HTML; nil makes it from ``html``. Line ends of any kind.
    public var text: String?
    /// The text in HTML.
    public var html: String?
    /// A calendar object that goes with the text.
    public var calendar: MailCalendar?
    /// Files, and images inside the HTML.
    public var attachments: [MailAttachment] = []
    /// The language that it is written in.
    public var locale: MailLocale?

    // Headers.

    /// The message's name; nil derives it from ``idempotencyKey`` when it is sent.
    public var messageID: MessageID?
    /// When it was written; nil is when it is sent.
    public var date: Date?
    /// The messages that this one answers.
    public var inReplyTo: [MessageID] = []
    /// The thread that this one belongs to, oldest first.
    public var references: [MessageID] = []
    /// How urgent it is; nil says nothing.
    public var priority: MailPriority?
    /// How to get off the list that it was sent to.
    public var listUnsubscribe: ListUnsubscribe?
    /// Headers of your own, in their order. Where ``priority`` or ``locale`` is set, theirs count and stand once.
    public var headers: [MailHeader] = []

    // How it is to be sent.

    /// The same for every try of the same mail; nil makes a random one when it is sent.
    public var idempotencyKey: IdempotencyKey?
    /// When the provider is to send it; nil is now.
    public var scheduledAt: Date?
    /// Labels for the provider's statistics.
    public var tags: [MailTag] = []
    /// Data of your own that comes back in webhooks.
    public var metadata: [String: String] = [:]
    /// What the provider may measure.
    public var tracking = MailTracking()

    /// Makes a message without a text.
    public init(from: Mailbox, to: MailAddressList, subject: HeaderValue) {
        self.from = from
        self.to = to
        self.subject = subject
    }

    /// Makes a message with a text, in HTML, or in both.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidHeader`` when the subject has a control character.
    public init(
        from: Mailbox,
        to: MailAddressList,
        subject: String,
        text: String? = nil,
        html: String? = nil
    ) throws(MailError) {
        self.init(from: from, to: to, subject: try HeaderValue(subject))
        self.text = text
        self.html = html
    }
}
