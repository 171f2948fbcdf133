import FoundationEssentials
public import GroundworkCore
import GroundworkCrypto

/// Verifies the webhooks of Resend (resend.com/docs/dashboard/webhooks), which Svix signs: HMAC-SHA256 over id, time and
/// body, with several signatures while a secret is being replaced.
public struct ResendWebhook: MailWebhook {
    /// `resend`.
    public let provider = "resend"
    private let keys: [HMACKey]
    private let tolerance: Duration
    private let maximumBytes: Int
    private let time: any TimeSource

    /// The most secrets at once.
    public static let maximumSecrets = 8
    /// The most signatures of one request that are looked at.
    public static let maximumSignatures = 16

    /// Takes the secrets that are valid at the moment: one, or two while it is being replaced.
    /// - Parameters:
    ///   - secrets: `whsec_…`, as Resend shows it beside the webhook.
    ///   - tolerance: how far the time of the signature may be from now, in either direction.
    ///   - maximumBytes: the largest body.
    ///   - time: the clock.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration``.
    public init(
        secrets: [Secret<String>],
        tolerance: Duration = .seconds(300),
        maximumBytes: Int = 1 << 20,
        time: any TimeSource = SystemTime()
    ) throws(MailError) {
        guard (1...Self.maximumSecrets).contains(secrets.count) else {
            throw MailError(
                .invalidConfiguration,
                "A Resend webhook needs 1 to \(Self.maximumSecrets) secrets; Resend shows it beside the webhook.",
                transport: "resend"
            )
        }
        var keys: [HMACKey] = []
        for secret in secrets { keys.append(try Self.key(secret)) }
        self.keys = keys
        self.tolerance = tolerance
        self.maximumBytes = maximumBytes
        self.time = time
    }

    private static func key(_ secret: Secret<String>) throws(MailError) -> HMACKey {
        let bytes = secret.withValue { text -> [UInt8]? in
            var text = text.trimmingASCIIWhitespace()
            if text.hasPrefix("whsec_") { text.removeFirst(6) }
            guard text.utf8.count <= 512 else { return nil }
            return Base64.decodePadding(text)
        }
        guard let bytes, bytes.count >= 16 else {
            throw MailError(
                .invalidConfiguration,
                "The secret of a Resend webhook is whsec_ and base64 of at least 16 bytes; copy all of it.",
                transport: "resend"
            )
        }
        do {
            return try HMACKey(.sha256, key: bytes)
        } catch {
            throw MailError(.cryptographyFailed, "HMAC-SHA256 cannot be had.", underlyingError: error)
        }
    }

    /// The event of a request; one at most.
    public func events(in request: MailWebhookRequest) throws(MailError) -> [MailEvent] {
        let id = try verifiedID(request)
        let json = try WebhookRules.json(request.body, JSONBounds(bytes: maximumBytes))
        guard case .object = json else {
            throw MailError(.webhookMalformed, "The webhook's body is no JSON object.", transport: provider)
        }
        return [ResendEvents.event(json, id: id)]
    }

    /// Proves the signature and answers the message's id.
    private func verifiedID(_ request: MailWebhookRequest) throws(MailError) -> String {
        try WebhookRules.checkSize(request.body, maximumBytes)
        let id = try request.value("svix-id")
        let timestamp = try request.value("svix-timestamp")
        let seconds = try WebhookRules.seconds(timestamp)
        let given = Self.signatures(try request.value("svix-signature"))
        let message = Array("\(id).\(timestamp).".utf8) + request.body
        var isValid = false
        for key in keys {
            let expected: [UInt8]
            do {
                expected = try key.authenticate(message)
            } catch {
                throw MailError(.cryptographyFailed, "HMAC-SHA256 failed.", underlyingError: error)
            }
            for signature in given where ConstantTime.equal(signature, expected) { isValid = true }
        }
        guard isValid else {
            throw MailError(
                .webhookForged,
                "No signature of the webhook is right; is the secret that of this endpoint, and the body untouched?",
                transport: provider
            )
        }
        try WebhookRules.checkAge(seconds, tolerance, time)
        return id
    }

    /// The signatures of version 1 in `v1,… v1,…`; others are passed over.
    private static func signatures(_ text: String) -> [[UInt8]] {
        text.fields(separatedBy: " ").prefix(maximumSignatures).compactMap { entry in
            guard entry.hasPrefix("v1,") else { return nil }
            return Base64.decode(entry.dropFirst(3))
        }
    }
}
