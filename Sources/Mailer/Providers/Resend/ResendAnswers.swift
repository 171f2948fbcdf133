import GroundworkCore

extension ResendTransport {
    func verdict(on answer: ProviderAnswer, to request: ProviderRequest) -> ProviderVerdict {
        let refusal = ResendAnswers.refusal(in: answer)
        if refusal == nil, answer.isSuccess, let id = ResendAnswers.id(answer.json) {
            return .outcome(.accepted(id: id))
        }
        return answer.verdict(refusal, transport: name)
    }

    func batchVerdicts(on answer: ProviderAnswer, count: Int) -> [ProviderVerdict] {
        let refusal = ResendAnswers.refusal(in: answer)
        guard refusal == nil, answer.isSuccess, let json = answer.json, let data = json["data"]?.array else {
            return [answer.verdict(refusal, transport: name)]
        }
        var refused: [Int: MailReply] = [:]
        for error in json["errors"]?.array ?? [] {
            guard let index = error["index"]?.integer, (0..<count).contains(index) else { continue }
            let words = ProviderRefusal(name: nil, text: error["message"]?.string ?? "")
            refused[index] = MailReply(code: answer.status, text: words.text, name: .validationError)
        }
        // Those that were taken, in their order; or all, with nothing in the places of those that were not.
        let isSparse = data.count == count
        guard isSparse || data.count == count - refused.count else {
            return [.outcome(.unknown(reason: "\(name) answered for \(data.count) of \(count) mails"))]
        }
        var taken = 0
        return (0..<count).map { index in
            if let reply = refused[index] { return .outcome(.rejected(reply)) }
            let entry = data[isSparse ? index : taken]
            taken += 1
            guard let id = ResendAnswers.id(entry) else {
                return .outcome(.unknown(reason: "\(name) gave the mail no id"))
            }
            return .outcome(.accepted(id: id))
        }
    }
}

/// Reads Resend's answers.
enum ResendAnswers {
    /// The id of a mail.
    static func id(_ json: JSONValue?) -> String? {
        guard let id = json?["id"]?.string, (1...256).contains(id.utf8.count), MailText.isClean(id) else { return nil }
        return id
    }

    /// The error in a body: `{"statusCode", "name", "message"}`.
    static func refusal(in answer: ProviderAnswer) -> ProviderRefusal? {
        guard let json = answer.json, let name = json["name"]?.string,
            let text = json["message"]?.string ?? json["error"]?.string,
            !answer.isSuccess || json["statusCode"]?.integer != nil
        else { return nil }
        let status = json["statusCode"]?.integer.flatMap { (400...599).contains($0) ? $0 : nil }
        return ProviderRefusal(name: name, text: text, kind: kind(name), status: status)
    }

    private static func kind(_ name: String) -> ProviderRefusal.Kind? {
        switch MailReply.Name(name) {
        case .missingAPIKey, .invalidAPIKey, .restrictedAPIKey: .key
        case .invalidAccess, .invalidRegion: .account
        case .rateLimitExceeded: .later
        case .concurrentIdempotentRequests: .underWay
        case .invalidIdempotentRequest: .sentBefore
        case .dailyQuotaExceeded, .monthlyQuotaExceeded: .quota
        case .invalidIdempotencyKey, .missingRequiredField, .invalidAttachment, .invalidFromAddress,
            .invalidParameter, .securityError:
            .mail
        default: nil
        }
    }
}

// The names of Resend's errors (resend.com/docs/api-reference/errors).
extension MailReply.Name {
    /// The idempotency key is too long or empty.
    public static let invalidIdempotencyKey = MailReply.Name("invalid_idempotency_key")
    /// The same idempotency key was used for another mail; never to be tried again.
    public static let invalidIdempotentRequest = MailReply.Name("invalid_idempotent_request")
    /// A request with the same idempotency key is under way.
    public static let concurrentIdempotentRequests = MailReply.Name("concurrent_idempotent_requests")
    /// A field has a value that Resend does not take, or the domain is not verified.
    public static let validationError = MailReply.Name("validation_error")
    /// No key was sent.
    public static let missingAPIKey = MailReply.Name("missing_api_key")
    /// The key is unknown.
    public static let invalidAPIKey = MailReply.Name("invalid_api_key")
    /// The key may only send.
    public static let restrictedAPIKey = MailReply.Name("restricted_api_key")
    /// Nothing of that name exists.
    public static let notFound = MailReply.Name("not_found")
    /// A field is missing.
    public static let missingRequiredField = MailReply.Name("missing_required_field")
    /// An attachment has neither content nor path, or the wrong form.
    public static let invalidAttachment = MailReply.Name("invalid_attachment")
    /// The sender has the wrong form.
    public static let invalidFromAddress = MailReply.Name("invalid_from_address")
    /// The account may not do this.
    public static let invalidAccess = MailReply.Name("invalid_access")
    /// A parameter has the wrong form.
    public static let invalidParameter = MailReply.Name("invalid_parameter")
    /// The region is none of Resend's.
    public static let invalidRegion = MailReply.Name("invalid_region")
    /// Too many requests in a second.
    public static let rateLimitExceeded = MailReply.Name("rate_limit_exceeded")
    /// The account has sent all that it may in a day.
    public static let dailyQuotaExceeded = MailReply.Name("daily_quota_exceeded")
    /// The account has sent all that it may in a month.
    public static let monthlyQuotaExceeded = MailReply.Name("monthly_quota_exceeded")
    /// Resend holds the mail for dangerous.
    public static let securityError = MailReply.Name("security_error")
    /// Something went wrong at Resend.
    public static let applicationError = MailReply.Name("application_error")
    /// Something went wrong at Resend.
    public static let internalServerError = MailReply.Name("internal_server_error")
}
