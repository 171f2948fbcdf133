import FoundationEssentials
import GroundworkCore
import Mailer

/// Reads a request of `mail/send`, or says what SendGrid would.
struct SendGridRequestRules {
    private let state: LoopbackSendGridServer.State
    private let now: Date
    private static let reserved: Set<String> = [
        "x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding", "to", "from",
        "subject", "reply-to", "cc", "bcc",
    ]
    private static let members: Set<String> = [
        "personalizations", "from", "reply_to", "reply_to_list", "subject", "content", "attachments", "template_id",
        "headers", "categories", "custom_args", "send_at", "batch_id", "asm", "ip_pool_name", "mail_settings",
        "tracking_settings",
    ]

    init(_ state: LoopbackSendGridServer.State, now: Date) {
        self.state = state
        self.now = now
    }

    func mails(_ json: ProviderJSON) throws(ProviderRefused) -> [LoopbackProviderMail] {
        guard let members = json.members else { throw bad("", "The body must be an object.") }
        for name in members.keys where !Self.members.contains(name) { throw bad(name, "Unknown member.") }
        guard let from = members["from"]?["email"]?.string, let sender = try? EnvelopeAddress(from) else {
            throw bad("from.email", "The from email does not contain a valid address.")
        }
        try check(sender)
        guard let personalizations = members["personalizations"]?.array, (1...1000).contains(personalizations.count)
        else {
            throw bad("personalizations", "The personalizations field is required and must have 1 to 1000 entries.")
        }
        let shared = try contents(of: json, from: from)
        var seen: Set<String> = []
        var result: [LoopbackProviderMail] = []
        for (index, entry) in personalizations.enumerated() {
            result.append(try mail(entry, "personalizations.\(index)", shared, &seen))
        }
        guard seen.count <= 1000 else { throw bad("personalizations", "There are more than 1000 recipients.") }
        return result
    }

    private func check(_ sender: EnvelopeAddress) throws(ProviderRefused) {
        guard let domains = state.behavior.domains else { return }
        guard domains[sender.domain.wireText] == true || state.behavior.verifiedSenders.contains(sender.wireText) else {
            throw ProviderRefused(403, "from", "The from address does not match a verified Sender Identity.")
        }
    }

    private func mail(
        _ json: ProviderJSON,
        _ place: String,
        _ shared: LoopbackProviderMail,
        _ seen: inout Set<String>
    ) throws(ProviderRefused) -> LoopbackProviderMail {
        var mail = shared
        mail.subject = json["subject"]?.string ?? shared.subject
        guard !mail.subject.isEmpty else { throw bad("subject", "The subject is required.") }
        mail.to = try addresses(json["to"], "\(place).to", &seen)
        mail.cc = try addresses(json["cc"], "\(place).cc", &seen)
        mail.bcc = try addresses(json["bcc"], "\(place).bcc", &seen)
        guard !mail.to.isEmpty else {
            throw bad("\(place).to", "The to array is required for all personalization objects.")
        }
        if let headers = json["headers"] {
            guard let texts = headers.texts else { throw bad("\(place).headers", "Headers must be texts.") }
            for name in texts.keys where Self.reserved.contains(name.lowercased()) {
                throw bad("\(place).headers", "The header \(name) is reserved.")
            }
            // "You must ensure these are properly encoded if they contain unicode characters."
            for (name, text) in texts where !text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
                throw bad("\(place).headers", "The value of the header \(name) must be encoded.")
            }
            mail.headers = texts
        }
        if let metadata = json["custom_args"] {
            guard let texts = metadata.texts else { throw bad("\(place).custom_args", "Custom args must be texts.") }
            guard texts.reduce(0, { $0 + $1.key.utf8.count + $1.value.utf8.count }) <= 10_000 else {
                throw bad("\(place).custom_args", "Custom args must be at most 10000 bytes.")
            }
            mail.metadata = texts
        }
        if let number = json["send_at"]?.number {
            guard number - now.timeIntervalSince1970 <= 72 * 60 * 60 else {
                throw bad("\(place).send_at", "Mail cannot be scheduled more than 72 hours in advance.")
            }
            mail.scheduledAt = Date(timeIntervalSince1970: number)
        }
        return mail
    }

    private func addresses(
        _ json: ProviderJSON?,
        _ place: String,
        _ seen: inout Set<String>
    ) throws(ProviderRefused) -> [String] {
        var addresses: [String] = []
        for entry in json?.array ?? [] {
            guard let email = entry["email"]?.string, (try? EnvelopeAddress(email)) != nil else {
                throw bad(place, "Does not contain a valid address.")
            }
            guard seen.insert(email.lowercased()).inserted else {
                throw bad("personalizations", "Each email address in the personalization block should be unique.")
            }
            addresses.append(email)
        }
        return addresses
    }

    private func contents(of json: ProviderJSON, from: String) throws(ProviderRefused) -> LoopbackProviderMail {
        var mail = LoopbackProviderMail(id: "", from: from, subject: json["subject"]?.string ?? "")
        let types = json["content"]?.array?.compactMap { $0["type"]?.string } ?? []
        guard !types.isEmpty else { throw bad("content", "The content field is required.") }
        if let plain = types.firstIndex(of: "text/plain"), plain != 0 {
            throw bad("content", "text/plain must be the first content.")
        }
        for entry in json["content"]?.array ?? [] {
            guard let type = entry["type"]?.string, let value = entry["value"]?.string, !value.isEmpty else {
                throw bad("content", "The content value must be a string at least one character in length.")
            }
            guard Self.isBare(type) else {
                throw bad("content", "The content type cannot contain ';', or CRLF characters.")
            }
            switch type {
            case "text/plain": mail.text = value
            case "text/html": mail.html = value
            default: mail.calendar = value
            }
        }
        let categories = json["categories"]?.strings ?? []
        guard categories.count <= 10, Set(categories).count == categories.count,
            categories.allSatisfy({ $0.utf8.count <= 255 })
        else { throw bad("categories", "There may be 10 unique categories of 255 characters.") }
        for category in categories { mail.tags[category] = "" }
        if let id = json["batch_id"]?.string {
            guard state.batchIDs.contains(id) else { throw bad("batch_id", "The batch id is not valid.") }
            mail.batchID = id
        }
        if let replies = json["reply_to_list"]?.array { mail.replyTo = replies.compactMap { $0["email"]?.string } }
        if let reply = json["reply_to"] {
            guard json["reply_to_list"] == nil else { throw bad("reply_to", "Use reply_to or reply_to_list.") }
            mail.replyTo = [reply["email"]?.string ?? ""]
        }
        mail.tracksOpens = json["tracking_settings"]?["open_tracking"]?["enable"]?.bool
        mail.tracksClicks = json["tracking_settings"]?["click_tracking"]?["enable"]?.bool
        for entry in json["attachments"]?.array ?? [] {
            guard let text = entry["content"]?.string, !text.isEmpty, let content = Base64.decode(text),
                let name = entry["filename"]?.string
            else { throw bad("attachments", "The attachment content must be base64 encoded.") }
            guard Self.isBare(entry["type"]?.string ?? "") else {
                throw bad("attachments", "The attachment type cannot contain ';', or CRLF characters.")
            }
            mail.attachments.append(
                .init(
                    fileName: name,
                    contentType: entry["type"]?.string,
                    contentID: entry["content_id"]?.string,
                    content: content
                )
            )
        }
        return mail
    }

    /// Whether it is a media type without parameters.
    private static func isBare(_ type: String) -> Bool { type.utf8.allSatisfy { ![0x3B, 0x0D, 0x0A].contains($0) } }

    private func bad(_ field: String, _ message: String) -> ProviderRefused { ProviderRefused(400, field, message) }
}
