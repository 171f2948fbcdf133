import FoundationEssentials
public import GroundworkCore
import GroundworkCrypto

/// Verifies the event webhooks of SendGrid: ECDSA on P-256 with SHA-256 over the time and the body
/// (twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features).
///
/// The signing must be turned on at SendGrid. Every byte of the body counts, also the line end behind the last event.
public struct SendGridWebhook: MailWebhook {
    /// `sendgrid`.
    public let provider = "sendgrid"
    private let keys: [P256PublicKey]
    private let tolerance: Duration?
    private let maximumBytes: Int
    private let maximumEvents: Int
    private let time: any TimeSource

    /// The most keys at once.
    public static let maximumKeys = 8

    /// Takes the keys that are valid at the moment: one, or two while it is being replaced.
    /// - Parameters:
    ///   - publicKeys: the verification keys as SendGrid shows them, base64 of DER, or as PEM.
    ///   - tolerance: how far the time of the signature may be from now: ten minutes. SendGrid documents none, and is
    ///     expected to sign a request anew when it sends it again; nil does not look at the time.
    ///   - maximumBytes: the largest body.
    ///   - maximumEvents: the most events of one request.
    ///   - time: the clock.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration``.
    public init(
        publicKeys: [String],
        tolerance: Duration? = .seconds(600),
        maximumBytes: Int = 8 << 20,
        maximumEvents: Int = 10_000,
        time: any TimeSource = SystemTime()
    ) throws(MailError) {
        guard (1...Self.maximumKeys).contains(publicKeys.count) else {
            throw MailError(
                .invalidConfiguration,
                "A SendGrid webhook needs 1 to \(Self.maximumKeys) verification keys.",
                transport: "sendgrid"
            )
        }
        var keys: [P256PublicKey] = []
        for text in publicKeys { keys.append(try Self.key(text)) }
        self.keys = keys
        self.tolerance = tolerance
        self.maximumBytes = maximumBytes
        self.maximumEvents = maximumEvents
        self.time = time
    }

    private static func key(_ text: String) throws(MailError) -> P256PublicKey {
        let pem: PEMText
        do throws(TextParsingError) {
            pem = try PEMText(parsing: text)
        } catch {
            throw MailError(
                .invalidConfiguration,
                "The verification key of the SendGrid webhook cannot be used: \(error.reason).",
                transport: "sendgrid"
            )
        }
        guard let key = pem.der.withValue({ P256PublicKey(subjectPublicKeyInfo: $0) }) else {
            throw MailError(
                .invalidConfiguration,
                "The verification key of the SendGrid webhook is no public key on P-256; copy it from the webhook's settings.",
                transport: "sendgrid"
            )
        }
        return key
    }

    /// The events of a request, in their order.
    public func events(in request: MailWebhookRequest) throws(MailError) -> [MailEvent] {
        try verify(request)
        let json = try WebhookRules.json(request.body, JSONBounds(bytes: maximumBytes, values: 1_000_000))
        guard let entries = json.array else {
            throw MailError(.webhookMalformed, "The webhook's body is no JSON array.", transport: provider)
        }
        guard entries.count <= maximumEvents else {
            throw MailError(.limitExceeded, "The webhook has more than \(maximumEvents) events.", transport: provider)
        }
        var events: [MailEvent] = []
        for entry in entries {
            if let event = try SendGridEvents.event(entry) { events.append(event) }
        }
        return events
    }

    private func verify(_ request: MailWebhookRequest) throws(MailError) {
        try WebhookRules.checkSize(request.body, maximumBytes)
        let timestamp = try request.value("x-twilio-email-event-webhook-timestamp")
        let seconds = try WebhookRules.seconds(timestamp)
        let text = try request.value("x-twilio-email-event-webhook-signature")
        // A signature on P-256 has 72 bytes at most.
        guard text.utf8.count <= 96, let signature = Base64.decode(text), signature.count <= 72 else { throw forged }
        let message = Array(timestamp.utf8) + request.body
        guard keys.contains(where: { $0.isValid(derSignature: signature, of: message) }) else { throw forged }
        if let tolerance { try WebhookRules.checkAge(seconds, tolerance, time) }
    }

    private var forged: MailError {
        MailError(
            .webhookForged,
            "The signature of the webhook is not right; is the key that of this endpoint, and the body untouched?",
            transport: provider
        )
    }
}
