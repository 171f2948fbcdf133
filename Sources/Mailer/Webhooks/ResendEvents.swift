import FoundationEssentials
import GroundworkCore

/// Reads Resend's events (resend.com/docs/dashboard/webhooks/event-types).
enum ResendEvents {
    /// The event of a body: `{"type", "created_at", "data"}`.
    static func event(_ json: JSONValue, id: String) -> MailEvent {
        let name = EventText.clean(json["type"]?.string, 128)
        let data = json["data"]
        var event = MailEvent(
            kind(name, data),
            provider: "resend",
            name: name,
            deduplicationKey: "resend:\(id.prefix(bytes: 256))",
            date: json["created_at"]?.string.flatMap { UTCDateTime(iso8601: $0)?.date },
            recipients: recipients(data),
            mailID: data?["email_id"]?.string.map { EventText.clean($0, 256) }
        )
        event.reason = EventText.clean(
            data?["bounce"]?["message"]?.string ?? data?["failed"]?["reason"]?.string
                ?? data?["suppressed"]?["message"]?.string
        )
        event.link = data?["click"]?["link"]?.string.map { EventText.clean($0, 4096) }
        event.tags = tags(data?["tags"])
        return event
    }

    /// Everybody who got the mail: the event is about one of them, and does not say about which.
    private static func recipients(_ data: JSONValue?) -> [EnvelopeAddress] {
        let texts = ["to", "cc", "bcc"].flatMap { data?[$0]?.strings ?? [] }
        var seen: Set<EnvelopeAddress> = []
        let addresses = EventText.addresses(texts).filter { seen.insert($0).inserted }
        // One that is left over of several must not pass for the only one.
        return addresses.count == 1 && texts.contains { (try? Mailbox($0).address) != addresses[0] } ? [] : addresses
    }

    private static func kind(_ name: String, _ data: JSONValue?) -> MailEvent.Kind {
        switch name {
        case "email.delivered": .delivered
        case "email.delivery_delayed": .deferred
        case "email.bounced":
            // Permanent, Transient, Undetermined: only the first is sure.
            .bounced(data?["bounce"]?["type"]?.string?.lowercasedASCII() == "permanent" ? .hard : .soft)
        case "email.complained": .complained
        case "email.opened": .opened
        case "email.clicked": .clicked
        case "email.failed", "email.suppressed": .failed
        default: .other(name)
        }
    }

    /// An object, or a list of names and values.
    private static func tags(_ json: JSONValue?) -> [String: String] {
        var tags: [String: String] = [:]
        switch json {
        case .object(let members):
            // In a fixed order, so that the same event is the same whichever of too many are left out.
            for name in members.keys.sorted() where tags.count < EventText.maximumCount && EventText.isName(name) {
                tags[name] = EventText.clean(members[name]?.text, 256)
            }
        case .array(let entries):
            for entry in entries.prefix(EventText.maximumCount) {
                guard let name = entry["name"]?.string, EventText.isName(name) else { continue }
                tags[name] = EventText.clean(entry["value"]?.text, 256)
            }
        default: break
        }
        return tags
    }
}
