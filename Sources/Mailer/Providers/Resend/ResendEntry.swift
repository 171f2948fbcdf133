import GroundworkCore
import GroundworkCurl
import GroundworkHTTP

extension MailCapabilities {
    /// What Resend's API can do (resend.com/docs/api-reference/emails; limits as of the API of 2026-08).
    public static let resend: MailCapabilities = {
        var capabilities = MailCapabilities([
            .scheduling, .cancellation, .batch, .tags, .idempotency, .sandbox, .customHeaders, .attachments,
        ])
        capabilities.maximumRecipients = 50
        capabilities.maximumSize = 40 << 20
        capabilities.maximumBatch = 100
        capabilities.schedulingWindow = .seconds(30 * 24 * 60 * 60)
        capabilities.idempotencyWindow = .seconds(24 * 60 * 60)
        return capabilities
    }()
}

extension MailProviderEntry {
    /// `resend`, with `RESEND_API_KEY`.
    static let resend = MailProviderEntry("resend", .resend) { environment, http in environment.resend(http) }
}

extension MailEnvironment {
    fileprivate mutating func resend(_ http: (any HTTPTransport)?) -> ResendTransport? {
        let key = required(
            "RESEND_API_KEY",
            "Set it to a key of resend.com/api-keys; one that may only send is enough."
        )
        return read("RESEND_API_KEY", key) { key throws(MailError) in
            try ResendTransport(.init(apiKey: Secret(key)), http: http ?? CurlHTTPTransport.shared)
        }
    }
}
