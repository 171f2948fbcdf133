extension MailCapabilities {
    /// What Resend's API can do (resend.com/docs/api-reference/emails; limits as of the API of 2026-08).
    public static let resend: MailCapabilities = {
        var capabilities = MailCapabilities([
            .scheduling, .cancellation, .batch, .tags, .idempotency, .sandbox, .customHeaders, .attachments,
        ])
        capabilities.maximumRecipients = 50
        capabilities.maximumSize = 40 << 20
        capabilities.maximumBatch = 100
        capabilities.schedulingWindow = .seconds(30 * 24 * 60 * 60)
        capabilities.idempotencyWindow = .seconds(24 * 60 * 60)
        return capabilities
    }()

    /// What SendGrid's API can do (twilio.com/docs/sendgrid/api-reference/mail-send; the v3 API of 2026).
    public static let sendGrid: MailCapabilities = {
        var capabilities = MailCapabilities([
            .scheduling, .cancellation, .batch, .tags, .metadata, .tracking, .sandbox, .customHeaders, .attachments,
            .calendar,
        ])
        capabilities.maximumRecipients = 1000
        capabilities.maximumSize = 30 << 20
        capabilities.maximumBatch = 1000
        capabilities.maximumTags = 10
        capabilities.schedulingWindow = .seconds(72 * 60 * 60)
        return capabilities
    }()

    /// What any SMTP server can do.
    public static let smtp = MailCapabilities.smtp(host: "")

    /// The transports of this library with what they can do, by which an error names one that can.
    public static let known: [(transport: String, capabilities: MailCapabilities)] = [
        ("resend", .resend), ("sendgrid", .sendGrid), ("smtp", .smtp),
    ]

    /// The names of the library's transports that can do this, in the order of ``known``.
    public static func transports(supporting feature: MailFeature) -> [String] {
        known.filter { $0.capabilities.supports(feature) }.map(\.transport)
    }
}

extension MailError {
    /// The transport cannot do what the message asks for; names those that can.
    /// - Parameters:
    ///   - feature: what it cannot do.
    ///   - wish: the property of the message, as `scheduledAt`.
    static func unsupported(_ feature: MailFeature, _ wish: String, transport: String) -> MailError {
        let others = MailCapabilities.transports(supporting: feature)
        let remedy = others.isEmpty ? "" : "; send it through \(others.joined(separator: " or ")), or"
        return MailError(
            .unsupported,
            "\(transport) cannot do what `\(wish)` asks for (\(feature))\(remedy.isEmpty ? ";" : remedy) leave it out.",
            transport: transport
        )
    }
}
