import FoundationEssentials
import GroundworkCore
import Mailer

/// Why a request is refused.
struct ProviderRefused: Error {
    var status: Int
    var name: String
    var message: String

    init(_ status: Int, _ name: String, _ message: String) {
        self.status = status
        self.name = name
        self.message = message
    }
}

extension LoopbackResendServer {
    private static let members: Set<String> = [
        "from", "to", "cc", "bcc", "reply_to", "subject", "html", "text", "template", "headers", "scheduled_at",
        "attachments", "tags", "topic_id",
    ]

    /// Reads one mail, or says what Resend would.
    func check(_ json: ProviderJSON, inBatch: Bool) -> Result<LoopbackProviderMail, ProviderRefused> {
        do throws(ProviderRefused) { return .success(try mail(json, inBatch: inBatch)) } catch {
            return .failure(error)
        }
    }

    private func mail(_ json: ProviderJSON, inBatch: Bool) throws(ProviderRefused) -> LoopbackProviderMail {
        guard let members = json.members else {
            throw ProviderRefused(422, "validation_error", "The email must be an object.")
        }
        for name in members.keys where !Self.members.contains(name) {
            throw ProviderRefused(422, "validation_error", "Unknown field `\(name)`.")
        }
        for name in ["from", "to", "subject"] where members[name] == nil {
            throw ProviderRefused(422, "missing_required_field", "Missing `\(name)` field.")
        }
        guard members["html"] != nil || members["text"] != nil || members["template"] != nil else {
            throw ProviderRefused(422, "missing_required_field", "Missing `html` or `text` field.")
        }
        guard let from = members["from"]?.string, let sender = try? Mailbox(from) else {
            throw ProviderRefused(
                422,
                "invalid_from_address",
                "Invalid `from` field. The email address needs to follow the `email@example.com` or `Name <email@example.com>` format."
            )
        }
        let domain = sender.address.domain.wireText.lowercased()
        if let domains = state.withLock({ $0.behavior.domains }), domains[domain] != "verified" {
            throw ProviderRefused(403, "validation_error", "The \(domain) domain is not verified.")
        }
        var mail = LoopbackProviderMail(id: "", from: from, subject: members["subject"]?.string ?? "")
        mail.to = try Self.addresses(members["to"], "to")
        mail.cc = try Self.addresses(members["cc"], "cc")
        mail.bcc = try Self.addresses(members["bcc"], "bcc")
        mail.replyTo = try Self.addresses(members["reply_to"], "reply_to")
        guard (1...50).contains(mail.to.count), mail.recipients.count <= 50 else {
            throw ProviderRefused(422, "validation_error", "The `to` field must have 1 to 50 recipients.")
        }
        mail.html = members["html"]?.string
        mail.text = members["text"]?.string
        if let headers = members["headers"] {
            guard let texts = headers.texts else {
                throw ProviderRefused(422, "validation_error", "`headers` must be texts.")
            }
            mail.headers = texts
        }
        try readTags(members["tags"], into: &mail)
        try readSchedule(members["scheduled_at"], inBatch: inBatch, into: &mail)
        try readAttachments(members["attachments"], inBatch: inBatch, into: &mail)
        return mail
    }

    private static func addresses(_ json: ProviderJSON?, _ name: String) throws(ProviderRefused) -> [String] {
        guard let json else { return [] }
        guard let texts = json.strings else {
            throw ProviderRefused(422, "validation_error", "`\(name)` must be a text or an array of texts.")
        }
        var addresses: [String] = []
        for text in texts {
            guard let mailbox = try? Mailbox(text) else {
                throw ProviderRefused(422, "validation_error", "Invalid `\(name)` field.")
            }
            addresses.append(mailbox.address.wireText)
        }
        return addresses
    }

    private func readTags(_ json: ProviderJSON?, into mail: inout LoopbackProviderMail) throws(ProviderRefused) {
        for tag in json?.array ?? [] {
            guard let name = tag["name"]?.string, let value = tag["value"]?.string, Self.isTag(name), Self.isTag(value)
            else {
                throw ProviderRefused(
                    422,
                    "validation_error",
                    "Tags should only contain ASCII letters, numbers, underscores, or dashes."
                )
            }
            mail.tags[name] = value
        }
    }

    private static func isTag(_ text: String) -> Bool {
        (1...256).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
                    || $0 == 0x2D
            }
    }

    private func readSchedule(
        _ json: ProviderJSON?,
        inBatch: Bool,
        into mail: inout LoopbackProviderMail
    ) throws(ProviderRefused) {
        guard let json else { return }
        guard !inBatch else {
            throw ProviderRefused(422, "validation_error", "`scheduled_at` is not supported in a batch.")
        }
        guard let date = json.string.flatMap({ UTCDateTime(iso8601: $0)?.date }) else {
            throw ProviderRefused(422, "validation_error", "`scheduled_at` must be ISO 8601.")
        }
        guard date.timeIntervalSince(time.now) <= 30 * 24 * 60 * 60 else {
            throw ProviderRefused(422, "validation_error", "`scheduled_at` must be within 30 days.")
        }
        mail.scheduledAt = date
    }

    private func readAttachments(
        _ json: ProviderJSON?,
        inBatch: Bool,
        into mail: inout LoopbackProviderMail
    ) throws(ProviderRefused) {
        guard let entries = json?.array else { return }
        guard !inBatch else {
            throw ProviderRefused(422, "validation_error", "`attachments` are not supported in a batch.")
        }
        var size = 0
        for entry in entries {
            guard let text = entry["content"]?.string, let content = Base64.decode(text),
                let name = entry["filename"]?.string
            else {
                throw ProviderRefused(422, "invalid_attachment", "Attachment must have either a `content` or `path`.")
            }
            size += text.utf8.count
            mail.attachments.append(
                .init(
                    fileName: name,
                    contentType: entry["content_type"]?.string,
                    contentID: entry["content_id"]?.string,
                    content: content
                )
            )
        }
        guard size <= 40 << 20 else { throw ProviderRefused(422, "validation_error", "Attachments exceed 40 MB.") }
    }
}
