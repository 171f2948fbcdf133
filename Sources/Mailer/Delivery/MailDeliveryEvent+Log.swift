import Logging

extension MailDeliveryEvent {
    /// Writes the event to a log: at debug what is routine, at info what became of a mail, at warning what somebody
    /// should look at. No address, subject, link or server text is written: servers repeat addresses.
    func log(to logger: Logger) {
        let level: Logger.Level =
            switch kind {
            case .finished: unknown > 0 || error != nil ? .warning : .info
            case .failed, .skipped: .notice
            case .answered: unknown > 0 ? .notice : .debug
            default: .debug
            }
        guard level >= logger.logLevel else { return }
        var metadata: Logger.Metadata = [:]
        if let messageID { metadata["mail.id"] = "\(messageID.rawValue)" }
        if let transport { metadata["mail.transport"] = "\(transport)" }
        metadata["mail.attempts"] = "\(attempts)"
        if recipients > 0 { metadata["mail.recipients"] = "\(recipients)" }
        for (name, count) in [
            ("accepted", accepted), ("rejected", rejected), ("retryable", retryable), ("unknown", unknown),
        ] where count > 0 {
            metadata["mail.\(name)"] = "\(count)"
        }
        if let duration { metadata["mail.duration"] = "\(duration)" }
        if let error { metadata["mail.error"] = "\(error)" }
        if let replyCode { metadata["mail.reply"] = "\(replyCode)" }
        if let enhancedCode { metadata["mail.status"] = "\(enhancedCode)" }
        logger.log(level: level, "mail \(kind)", metadata: metadata)
    }
}
