public import struct FoundationEssentials.Date

extension Mailer {
    /// Gives a message to a provider that sends it at a time.
    /// - Returns: the receipt, whose ids ``cancel(_:timeout:)`` takes.
    /// - Throws: ``MailError`` with ``MailError/Code/unsupported`` when no transport can, or the time is too far off;
    ///   ``MailError`` and `CancellationError` when nothing was sent.
    public func schedule(_ message: MailMessage, at date: Date, timeout: Duration? = nil) async throws -> MailReceipt {
        var message = message
        message.scheduledAt = date
        return try await send(message, timeout: timeout)
    }

    /// Calls off a scheduled mail by its provider's id.
    /// - Parameters:
    ///   - id: what ``MailOutcome/accepted(id:)`` gave.
    ///   - transport: the name of the transport that took it, where several can call mails off.
    ///   - timeout: the time for it; nil takes ``Configuration/timeout``.
    /// - Throws: ``MailError`` with ``MailError/Code/unsupported``, or what the provider says.
    public func cancel(id: String, transport: String? = nil, timeout: Duration? = nil) async throws {
        try await delivery.cancel(id: id, transport: transport, deadline: deadline(timeout))
    }

    /// Calls off what ``schedule(_:at:timeout:)`` returned.
    /// - Throws: ``MailError`` with ``MailError/Code/unsupported`` when the provider named no id, or what it says.
    public func cancel(_ receipt: MailReceipt, timeout: Duration? = nil) async throws {
        var ids: [String] = []
        for case .accepted(let id?) in receipt.recipients.map(\.outcome) where !ids.contains(id) { ids.append(id) }
        guard !ids.isEmpty else {
            throw MailError(
                .unsupported,
                "The receipt has no id by which the mail could be called off.",
                transport: receipt.transport
            )
        }
        for id in ids { try await cancel(id: id, transport: receipt.transport, timeout: timeout) }
    }
}
