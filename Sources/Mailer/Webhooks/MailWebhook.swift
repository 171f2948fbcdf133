import FoundationEssentials
import GroundworkCore

/// Proves that a webhook comes from a provider, and reads its events.
///
///     let webhook = try ResendWebhook(secrets: [Secret(secret)])
///     let events: [MailEvent]
///     do throws(MailError) {
///         events = try webhook.events(in: MailWebhookRequest(headers: headers, body: body))
///     } catch {
///         return error.webhookStatus
///     }
///     for event in events where seen.insert(event) {
///         do { try await suppressions.record(event) } catch {
///             seen.remove(event)
///             return 503  // the provider sends it again
///         }
///     }
///     return 204
///
/// What the store throws is no fault of the request, whatever its code: only 503 makes the provider send it again.
public protocol MailWebhook: Sendable {
    /// The provider's name.
    var provider: String { get }

    /// The events of a request, once its signature is proved.
    ///
    /// Events of unknown kinds are ``MailEvent/Kind/other(_:)``, unknown members are passed over.
    /// - Throws: ``MailError`` whose ``MailError/webhookStatus`` is the answer to give.
    func events(in request: MailWebhookRequest) throws(MailError) -> [MailEvent]
}

/// What both verifiers share.
enum WebhookRules {
    /// The number of seconds that a header says.
    static func seconds(_ text: String) throws(MailError) -> Int {
        guard text.utf8.count <= 12, let seconds = ASCIIText.decimal(text, maximum: 1 << 40) else {
            throw MailError(.webhookUnsigned, "The time of the signature is no number of seconds.")
        }
        return seconds
    }

    /// Whether a signature was made at about this time.
    static func checkAge(
        _ seconds: Int,
        _ tolerance: Duration,
        _ time: any TimeSource
    ) throws(MailError) {
        let age = time.now.timeIntervalSince1970 - Double(seconds)
        guard abs(age) <= tolerance.seconds else {
            throw MailError(
                .webhookExpired,
                "The webhook was signed \(Int(abs(age))) seconds \(age > 0 ? "ago" : "ahead"), and \(Int(tolerance.seconds)) "
                    + "are allowed; is this machine's clock right?"
            )
        }
    }

    /// Refuses bodies beyond a limit before anything is computed over them.
    static func checkSize(_ body: [UInt8], _ limit: Int) throws(MailError) {
        guard body.count <= limit else {
            throw MailError(.limitExceeded, "The webhook's body is larger than \(limit) bytes.")
        }
    }

    /// Reads a body whose signature is proved.
    static func json(_ body: [UInt8], _ bounds: JSONBounds) throws(MailError) -> JSONValue {
        do throws(JSONFault) {
            return try JSONValue(parsing: body, bounds: bounds)
        } catch {
            throw MailError(.webhookMalformed, "The webhook's body is no JSON that can be used: \(error).")
        }
    }
}
