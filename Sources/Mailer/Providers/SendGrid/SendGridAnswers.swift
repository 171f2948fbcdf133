import GroundworkCore
import HTTPTypes

/// Reads SendGrid's answers.
enum SendGridAnswers {
    /// The id of the messages of a request.
    static func messageID(_ answer: ProviderAnswer) -> String? {
        guard let name = HTTPField.Name("X-Message-Id"), let id = answer.fields[name],
            (1...256).contains(id.utf8.count), id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2F })
        else { return nil }
        return id
    }

    /// Whether the field of an error is one that all mails of a request share, such as `from.email` or `asm.group_id`.
    ///
    /// What each mail has of its own stands below `personalizations`; SendGrid names some of that without the prefix, such as
    /// the `subject` that one of them lacks.
    static func isOfRequest(_ field: String) -> Bool {
        guard let member = field.split(whereSeparator: { $0 == "." || $0 == "[" }).first else { return false }
        return !["personalizations", "subject", "headers", "custom_args", "send_at"].contains(member)
    }

    /// The errors in a body: `{"errors": [{"message", "field", "help"}]}`.
    static func refusal(in answer: ProviderAnswer) -> ProviderRefusal? {
        guard let errors = answer.json?["errors"]?.array, !errors.isEmpty else { return nil }
        let texts = errors.prefix(8).compactMap { error -> String? in
            guard let text = error["message"]?.string else { return nil }
            // The field may be the text "null".
            guard let field = error["field"]?.string, !field.isEmpty, field != "null" else { return text }
            return "\(field): \(text)"
        }
        let text = texts.joined(separator: "; ")
        let isQuota = text.lowercasedASCII().firstRange(of: "maximum credits exceeded") != nil
        // What all mails of a request share goes before what is of one mail: as long as that stands, none is sent.
        let fields = errors.compactMap { $0["field"]?.string }.filter { $0 != "null" }
        let field = fields.first(where: isOfRequest) ?? fields.first
        return ProviderRefusal(
            name: isQuota ? MailReply.Name.maximumCreditsExceeded.rawValue : field,
            text: text,
            kind: isQuota ? .quota : nil,
            status: answer.isSuccess ? 400 : nil
        )
    }
}

extension MailReply.Name {
    /// SendGrid: the account has sent all that it may; it answers 401.
    public static let maximumCreditsExceeded = MailReply.Name("maximum_credits_exceeded")
}

extension SendGridTransport {
    func verdict(on answer: ProviderAnswer, to request: ProviderRequest) -> ProviderVerdict {
        let refusal = SendGridAnswers.refusal(in: answer)
        // 202 says it by its head alone; the sandbox answers 200.
        if refusal == nil, answer.status == 202 || (answer.status == 200 && configuration.isSandbox) {
            let isOwn = answer.body.allSatisfy(\.isASCIIWhitespace) || answer.json != nil
            if isOwn || SendGridAnswers.messageID(answer) != nil {
                return .outcome(.accepted(id: SendGridAnswers.messageID(answer)))
            }
        }
        return answer.verdict(refusal, transport: name)
    }

    func batchVerdicts(on answer: ProviderAnswer, count: Int) -> [ProviderVerdict] {
        let verdict = verdict(on: answer, to: .get("/"))
        switch verdict {
        case .outcome(.rejected), .fault: return [verdict]
        default: return Array(repeating: verdict, count: count)
        }
    }
}
