import FoundationEssentials
import GroundworkCore

/// Something that a mail asks for and a transport cannot do.
struct MailObstacle: Sendable, Hashable {
    /// What is missing; nil where a limit is in the way.
    var feature: MailFeature?
    /// The mail's demand in words, to follow "the mail": "is to be sent later".
    var demand: String
}

extension MailCapabilities {
    /// Everything that keeps a transport with these capabilities from sending the mail. Nothing is composed.
    func obstacles(to mail: OutgoingMail, now: Date) -> [MailObstacle] {
        let message = mail.message
        var result: [MailObstacle] = []
        func need(_ feature: MailFeature, _ isNeeded: Bool, _ demand: String) {
            if isNeeded, !supports(feature) { result.append(MailObstacle(feature: feature, demand: demand)) }
        }
        func limit(_ maximum: Int?, _ count: Int, _ demand: (Int) -> String) {
            if let maximum, count > maximum { result.append(MailObstacle(demand: demand(maximum))) }
        }
        need(.scheduling, message.scheduledAt != nil, "is to be sent later")
        need(.tags, !message.tags.isEmpty, "has tags")
        need(.metadata, !message.metadata.isEmpty, "has metadata")
        let measures = message.tracking.opens == true || message.tracking.clicks == true
        need(.tracking, measures, "is to be tracked")
        need(.attachments, !message.attachments.isEmpty, "has attachments")
        need(.calendar, message.calendar != nil, "has a calendar invitation")
        need(.customHeaders, !message.headers.isEmpty, "has headers of its own")
        let addresses = [message.from] + message.replyTo.mailboxes
        let isInternational = mail.envelope.needsSMTPUTF8 || addresses.contains(where: \.address.needsSMTPUTF8)
        need(.internationalAddresses, isInternational, "has addresses beyond ASCII")
        let hasOtherSender =
            mail.envelope.sender != message.from.address
            || message.sender.map { $0.address != message.from.address } == true
        need(.envelopeSender, hasOtherSender, "has a return path or a sender of its own")
        limit(maximumRecipients, mail.envelope.recipients.count) { "has more than \($0) recipients" }
        limit(maximumTags, message.tags.count) { "has more than \($0) tags" }
        limit(maximumSize, message.leastSize) { "is larger than \($0) bytes" }
        if let schedulingWindow, let date = message.scheduledAt,
            date.timeIntervalSince(now) > schedulingWindow.seconds
        {
            let hours = Int(schedulingWindow.seconds / 3600)
            result.append(MailObstacle(demand: "is to be sent in more than \(hours) hours"))
        }
        return result
    }
}

extension MailMessage {
    /// What the message surely has, in bytes as encoded, without composing it.
    var leastSize: Int {
        attachments.reduce((text ?? "").utf8.count + (html ?? "").utf8.count) { sum, attachment in
            // A length that somebody declared may be any number.
            let encoded = min(max(0, Int(clamping: attachment.content.length ?? 0)), 1 << 50) / 3 * 4
            return min(sum + encoded, 1 << 60)
        }
    }

    /// The message for some of its recipients only, for transports that read recipients from the headers.
    func restricted(to recipients: [EnvelopeAddress]) -> MailMessage {
        let allowed = Set(recipients)
        func kept(_ list: MailAddressList) -> MailAddressList {
            MailAddressList(list.mailboxes.filter { allowed.contains($0.address) })
        }
        var message = self
        message.to = kept(to)
        message.cc = kept(cc)
        message.bcc = kept(bcc)
        return message
    }

    /// Whether reading something of it was begun that can be read once only.
    var isSpent: Bool { attachments.contains { $0.content.isSpent } }

    /// Whether it can be sent once only.
    var isReadOnce: Bool { attachments.contains { !$0.content.isReplayable } }
}
