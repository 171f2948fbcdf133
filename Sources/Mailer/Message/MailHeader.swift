/// A header field of the sender's own.
public struct MailHeader: Sendable, Hashable {
    /// The field's name.
    public let name: HeaderName
    /// The field's text.
    public let value: HeaderValue

    /// Headers that ``MailMessage`` has a property for, or that the composer, the signer or a server writes.
    public static let reserved: Set<String> = [
        "from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references",
        "mime-version", "content-type", "content-transfer-encoding", "content-disposition", "content-id",
        "list-unsubscribe", "list-unsubscribe-post", "dkim-signature", "return-path", "received", "resent-bcc",
        "resend-idempotency-key",
    ]

    /// Takes name and value.
    /// - Throws: ``MailError`` with ``MailError/Code/reservedHeader`` for a name in ``reserved``.
    public init(_ name: HeaderName, _ value: HeaderValue) throws(MailError) {
        guard !Self.reserved.contains(name.canonical) else {
            throw MailError(
                .reservedHeader,
                "The header \(name) is written by the library; set the message's own property instead."
            )
        }
        self.name = name
        self.value = value
    }

    /// Takes name and value as text.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidHeader`` or ``MailError/Code/reservedHeader``.
    public init(_ name: String, _ value: String) throws(MailError) {
        try self.init(HeaderName(name), HeaderValue(value))
    }
}
