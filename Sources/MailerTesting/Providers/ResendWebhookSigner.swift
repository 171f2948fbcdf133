public import FoundationEssentials
public import GroundworkCore
import GroundworkCrypto

/// Signs webhooks as Resend's do, so that apps can test their endpoint with requests that verify.
public struct ResendWebhookSigner: Sendable {
    /// The secret, `whsec_…`, for `ResendWebhook`.
    public let secret: Secret<String>
    private let key: [UInt8]

    /// Makes a signer with a secret of its own.
    public init() {
        key = SystemRandom().bytes(24)
        secret = Secret("whsec_\(Base64.encode(key))")
    }

    /// Signs a body.
    /// - Parameters:
    ///   - body: the body, byte for byte.
    ///   - id: the message's id; a new one by default.
    ///   - date: when it is signed.
    public func sign(_ body: [UInt8], id: String? = nil, at date: Date) throws -> MailWebhookRequest {
        let headers = try headers(body, id: id ?? "msg_\(Hex.encode(SystemRandom().bytes(14)))", at: date)
        return MailWebhookRequest(headers: headers, body: body)
    }

    /// The header fields that sign a body, to be sent to an endpoint.
    public func headers(_ body: [UInt8], id: String, at date: Date) throws -> [String: String] {
        let timestamp = String(Int(date.timeIntervalSince1970))
        let code = try HMACKey(.sha256, key: key).authenticate(Array("\(id).\(timestamp).".utf8) + body)
        return ["svix-id": id, "svix-timestamp": timestamp, "svix-signature": "v1,\(Base64.encode(code))"]
    }
}
