import GroundworkCore
import GroundworkCurl
import GroundworkHTTP

extension MailCapabilities {
    /// What SendGrid's API can do (twilio.com/docs/sendgrid/api-reference/mail-send; the v3 API of 2026).
    public static let sendGrid: MailCapabilities = {
        var capabilities = MailCapabilities([
            .scheduling, .cancellation, .batch, .tags, .metadata, .tracking, .sandbox, .customHeaders, .attachments,
            .calendar,
        ])
        capabilities.maximumRecipients = 1000
        capabilities.maximumSize = 30 << 20
        capabilities.maximumBatch = 1000
        capabilities.maximumTags = 10
        capabilities.schedulingWindow = .seconds(72 * 60 * 60)
        return capabilities
    }()
}

extension MailProviderEntry {
    /// `sendgrid`, with `SENDGRID_API_KEY` and `SENDGRID_REGION`.
    static let sendGrid = MailProviderEntry("sendgrid", .sendGrid) { environment, http in environment.sendGrid(http) }
}

extension MailEnvironment {
    fileprivate mutating func sendGrid(_ http: (any HTTPTransport)?) -> SendGridTransport? {
        let remedy = "Set it to a key of app.sendgrid.com/settings/api_keys with the scope mail.send."
        let key = required("SENDGRID_API_KEY", remedy)
        var region = SendGridTransport.Region.global
        switch self["SENDGRID_REGION"]?.lowercasedASCII() {
        case nil, "global": break
        case "eu": region = .europe
        default: fault("SENDGRID_REGION", "It is neither global nor eu; set it to one of them, or remove it.")
        }
        return read("SENDGRID_API_KEY", key) { key throws(MailError) in
            var configuration = SendGridTransport.Configuration(apiKey: Secret(key))
            configuration.region = region
            return try SendGridTransport(configuration, http: http ?? CurlHTTPTransport.shared)
        }
    }
}
