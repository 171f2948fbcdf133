public import FoundationEssentials
import GroundworkCore
import GroundworkCrypto

/// Signs webhooks as SendGrid does, so that apps can test their endpoint with requests that verify.
public struct SendGridWebhookSigner: Sendable {
    /// The verification key as SendGrid shows it: base64 of DER, for `SendGridWebhook`.
    public let publicKey: String
    private let key: P256PrivateKey

    /// The beginning of the SubjectPublicKeyInfo of a P-256 key, up to its point (RFC 5480).
    private static let prefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
        0xCE,
        0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ]

    /// Makes a signer with a key of its own.
    public init() throws {
        key = try P256PrivateKey()
        publicKey = Base64.encode(Self.prefix + key.publicKey.point)
    }

    /// Signs a body.
    public func sign(_ body: [UInt8], at date: Date) throws -> MailWebhookRequest {
        MailWebhookRequest(headers: try headers(body, at: date), body: body)
    }

    /// The header fields that sign a body, to be sent to an endpoint.
    public func headers(_ body: [UInt8], at date: Date) throws -> [String: String] {
        let timestamp = String(Int(date.timeIntervalSince1970))
        let signature = try key.sign(Array(timestamp.utf8) + body)
        let pair = Self.integer(signature.prefix(32)) + Self.integer(signature.suffix(32))
        let der = [0x30, UInt8(pair.count)] + pair
        return [
            "X-Twilio-Email-Event-Webhook-Signature": Base64.encode(der),
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
        ]
    }

    /// A positive number as DER (ITU-T X.690, section 8.3).
    private static func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var digits = Array(bytes.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        return [0x02, UInt8(digits.count)] + digits
    }
}
