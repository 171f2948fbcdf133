public import GroundworkCore

extension SuppressionStore {
    /// Suppresses the receiver whom a hard bounce, a complaint or an unsubscription is about, and releases the one who
    /// subscribed again.
    ///
    /// That releases an unsubscription of before, and never a bounce or a complaint. Anything else changes nothing; a soft
    /// bounce never does. Nor does an event of a mail with several receivers, which
    /// does not say whose it is.
    /// - Parameters:
    ///   - event: what a provider reported.
    ///   - time: the clock, for an event without a time of its own.
    /// - Returns: whether an address was suppressed, or released.
    @discardableResult
    public func record(_ event: MailEvent, time: any TimeSource = SystemTime()) async throws -> Bool {
        guard let address = event.recipient else { return false }
        if event.kind == .resubscribed {
            return try await release(address, reason: .unsubscribe, until: event.date ?? time.now)
        }
        guard let reason = event.suppressionReason else { return false }
        let detail = event.reason.isEmpty ? event.name : event.reason
        // Providers do not keep to an order: what says less must not replace what says more.
        return try await strengthen(
            Suppression(
                address: address,
                reason: reason,
                date: event.date ?? time.now,
                detail: "\(event.provider): \(detail)"
            )
        )
    }
}

extension MailEvent {
    /// Why the receiver must not be mailed any more; nil if there is no reason for that.
    public var suppressionReason: Suppression.Reason? {
        switch kind {
        case .bounced(.hard): .hardBounce
        case .complained: .complaint
        case .unsubscribed: .unsubscribe
        default: nil
        }
    }
}
