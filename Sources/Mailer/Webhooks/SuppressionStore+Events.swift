public import GroundworkCore

extension SuppressionStore {
    /// Suppresses the receiver whom a hard bounce, a complaint or an unsubscription is about.
    ///
    /// Anything else changes nothing; a soft bounce never does. Nor does an event of a mail with several receivers, which
    /// does not say whose it is.
    /// - Parameters:
    ///   - event: what a provider reported.
    ///   - time: the clock, for an event without a time of its own.
    /// - Returns: whether an address was suppressed.
    @discardableResult
    public func record(_ event: MailEvent, time: any TimeSource = SystemTime()) async throws -> Bool {
        guard let reason = event.suppressionReason, let address = event.recipient else { return false }
        // Providers do not keep to an order: what says less must not replace what says more.
        if let known = try await suppressions(of: [address])[address]?.reason, known.weight > reason.weight {
            return false
        }
        let detail = event.reason.isEmpty ? event.name : event.reason
        try await suppress(
            Suppression(
                address: address,
                reason: reason,
                date: event.date ?? time.now,
                detail: "\(event.provider): \(detail)"
            )
        )
        return true
    }
}

extension Suppression.Reason {
    /// How much it stops: an unsubscription leaves mails that the receiver needs, the others leave none.
    fileprivate var weight: Int { self == .unsubscribe ? 0 : 1 }
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
