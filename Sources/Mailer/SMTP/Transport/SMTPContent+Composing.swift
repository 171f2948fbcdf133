extension SMTPContent {
    /// What is at most this long is composed before a connection is taken.
    private static let wholeSize = 64 * 1024

    /// Composes a mail, and signs it if there is a signer.
    /// - Parameter fields: header fields for the server that go first, each with its CRLF.
    init(
        _ mail: OutgoingMail,
        _ composer: MIMEComposer,
        _ signer: DKIMSigner?,
        _ time: any TimeSource,
        fields: [UInt8] = []
    ) async throws {
        let composed = try composer.compose(mail.message)
        var prefix = try await signer?.signature(of: composed, time: time) ?? []
        prefix += fields
        size = composed.size.map { $0 + prefix.count }
        if let size, size <= Self.wholeSize {
            let whole = try await composed.bytes(upTo: Self.wholeSize)
            bytes = .whole(prefix.isEmpty ? whole : prefix + whole)
        } else {
            bytes = .chunks(composed.chunks(prefix: prefix))
            isReplayable = composed.isReplayable
        }
        needs8BitMIME = composed.needs8BitMIME
        needsSMTPUTF8 = composed.needsSMTPUTF8
    }
}

extension MailCapabilities {
    /// What SMTP can do. Resend's server knows a mail again by its key for a day.
    static func smtp(host: String) -> MailCapabilities {
        var features: Set<MailFeature> = [
            .internationalAddresses, .customHeaders, .attachments, .calendar, .envelopeSender, .outcomePerRecipient,
        ]
        let knowsKeys = SMTPRelay(host: host).deduplicates
        if knowsKeys { features.insert(.idempotency) }
        var capabilities = MailCapabilities(features)
        if knowsKeys { capabilities.idempotencyWindow = .seconds(24 * 60 * 60) }
        return capabilities
    }
}
