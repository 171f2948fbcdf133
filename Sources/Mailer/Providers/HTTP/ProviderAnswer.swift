import GroundworkCore
import GroundworkHTTP
import HTTPTypes

/// What an API answered: a status, header fields, and so much of the body as came and fitted.
struct ProviderAnswer: Sendable {
    /// No answer of such an API is longer, in bytes.
    static let longestBody = 1 << 20

    var status: Int
    var fields: HTTPFields
    var body: [UInt8]
    /// Whether the body came to its end.
    var isComplete: Bool
    var hint: MailRateHint

    /// The body, if it is JSON.
    var json: JSONValue? { isComplete ? try? JSONValue(parsing: body) : nil }

    /// Whether the status says that it was done.
    var isSuccess: Bool { (200...299).contains(status) }

    /// How long the answer asks to wait.
    var wait: Duration? { hint.retryAfter ?? (hint.remaining == 0 || status == 429 ? hint.reset : nil) }

    /// What stands in place of JSON, for an error: never the body itself, which may repeat what was sent.
    var shape: String {
        if !isComplete { return "an answer that broke off" }
        if body.isEmpty { return "an empty answer" }
        let type = fields[.contentType]?.lowercasedASCII() ?? ""
        if type.hasPrefix("text/html") || body.first(where: { !$0.isASCIIWhitespace }) == UInt8(ascii: "<") {
            return "an HTML page, as of a proxy or a firewall"
        }
        return json == nil ? "something that is no JSON" : "JSON of an unknown form"
    }
}

/// How an exchange ended.
enum ProviderExchange: Sendable {
    /// With an answer.
    case answered(ProviderAnswer)
    /// Without one, after the request went out at least in part.
    case lost(String)
}

/// What an answer means for a mail.
enum ProviderVerdict: Sendable {
    /// It concerns the mail.
    case outcome(MailOutcome)
    /// It concerns no mail: the account, the key, the configuration.
    case fault(MailError)
}
