import FoundationEssentials
import GroundworkCore

/// Reads SendGrid's events (twilio.com/docs/sendgrid/for-developers/tracking-events/event).
enum SendGridEvents {
    /// Names that events have of their own, beside which metadata stand.
    static let members: Set<String> = [
        "event", "email", "timestamp", "smtp-id", "sg_event_id", "sg_message_id", "category", "reason", "status",
        "type",
        "response", "attempt", "useragent", "ip", "url", "asm_group_id", "bounce_classification", "sg_machine_open",
        "tls",
        "cert_err", "sg_content_type", "url_offset", "newsletter", "pool", "send_at", "marketing_campaign_id",
        batchMember,
    ]
    /// The name beside the metadata under which a scheduled mail has its batch id.
    static let batchMember = "groundwork_batch_id"

    /// One event; nil for something that is none.
    static func event(_ json: JSONValue) throws(MailError) -> MailEvent? {
        guard case .object(let given) = json, let name = json["event"]?.string else { return nil }
        let email = json["email"]?.string ?? ""
        let messageID = json["sg_message_id"]?.string ?? ""
        let timestamp = json["timestamp"]
        let link = json["url"]?.string
        // `sg_event_id` is another one each time that the event is sent again.
        let key = try IdempotencyKey(derivedFrom: [
            "sendgrid", messageID, email.lowercasedASCII(), name, timestamp?.text ?? "",
            name == "click" ? link ?? "" : "",
        ])
        var event = MailEvent(
            kind(name, json),
            provider: "sendgrid",
            name: EventText.clean(name, 128),
            deduplicationKey: "sendgrid:\(key)",
            date: timestamp?.number.flatMap(date),
            recipients: EventText.addresses([email]),
            mailID: mailID(messageID, batch: json[batchMember]?.string)
        )
        event.reason = EventText.clean(json["reason"]?.string ?? json["response"]?.string)
        event.link = link.map { EventText.clean($0, 4096) }
        for category in (json["category"]?.strings ?? []).prefix(EventText.maximumCount) {
            let parts = EventText.clean(category, 512).split(
                separator: ":",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            event.tags[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        // In a fixed order, so that the same event is the same whichever of too many are left out.
        for name in given.keys.sorted() where !members.contains(name) && EventText.isName(name) {
            guard event.metadata.count < EventText.maximumCount, let text = given[name]?.text else { continue }
            event.metadata[name] = EventText.clean(text)
        }
        return event
    }

    private static func kind(_ name: String, _ json: JSONValue) -> MailEvent.Kind {
        switch name {
        case "delivered": .delivered
        case "deferred": .deferred
        case "bounce": .bounced(SendGridBounce(json).kind)
        case "blocked": .bounced(.soft)
        case "spamreport": .complained
        case "open": .opened
        case "click": .clicked
        case "unsubscribe", "group_unsubscribe": .unsubscribed
        case "group_resubscribe": .resubscribed
        case "dropped": .failed
        default: .other(EventText.clean(name, 128))
        }
    }

    private static func date(_ seconds: Double) -> Date? {
        seconds.isFinite && abs(seconds) < 1e11 ? Date(timeIntervalSince1970: seconds) : nil
    }

    /// The id of the request, to which events add the name of the machine and a number, and the batch id of a scheduled mail.
    private static func mailID(_ text: String, batch: String?) -> String? {
        var id = EventText.clean(text, 256)
        guard !id.isEmpty else { return nil }
        for mark in [".filter", ".recvd", ".geopod"] {
            guard let range = id.firstRange(of: mark) else { continue }
            id = String(id[..<range.lowerBound])
            break
        }
        guard let batch, SendGridBatchID.isOne(batch) else { return id }
        return "\(id)/\(batch)"
    }
}
