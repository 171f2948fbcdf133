import GroundworkCore

/// What is known of a server by its name: how it recognises a mail that it had before, and how it is told not to measure
/// who opens a mail and follows its links.
struct SMTPRelay: Sendable, Hashable {
    /// How tracking is turned off for one mail.
    enum Tracking: Sendable, Hashable {
        /// The server is not known to measure anything.
        case none
        /// By a header field of the mail.
        case sendGrid, mailgun
        /// By a header field for links; opens as the server's settings say.
        case postmark
        /// Not at all: a setting of the account.
        case setting
    }

    /// Whether it sends nothing twice under one `Resend-Idempotency-Key`.
    var deduplicates = false
    var tracking = Tracking.none

    init(host: String) {
        let host = host.lowercasedASCII()
        func isIn(_ domain: String) -> Bool { host == domain || host.hasSuffix(".\(domain)") }
        deduplicates = host == "smtp.resend.com"
        if isIn("sendgrid.net") {
            tracking = .sendGrid
        } else if isIn("mailgun.org") {
            tracking = .mailgun
        } else if isIn("postmarkapp.com") {
            tracking = .postmark
        } else if deduplicates || host.hasPrefix("email-smtp.") && isIn("amazonaws.com") || isIn("brevo.com")
            || isIn("mailjet.com")
            || isIn("mandrillapp.com") || isIn("sparkpostmail.com")
        {
            tracking = .setting
        }
    }

    /// The mail with its own fields as this server needs them: SendGrid reads everything from one.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidHeader``.
    func completing(_ mail: OutgoingMail) throws(MailError) -> OutgoingMail {
        tracking == .sendGrid ? try SendGridField.completing(mail) : mail
    }

    /// The fields that a mail gets for this server, each with its CRLF. A field that the mail has of its own is left to it.
    func fields(for mail: OutgoingMail) -> [UInt8] {
        var fields: [(String, String)] = []
        if deduplicates { fields.append(("Resend-Idempotency-Key", mail.idempotencyKey.rawValue)) }
        let own = Set(mail.message.headers.map(\.name.canonical))
        for field in trackingFields(mail.message.tracking) where !own.contains(field.0.lowercasedASCII()) {
            fields.append(field)
        }
        return fields.flatMap { Array("\($0.0): \($0.1)\r\n".utf8) }
    }

    private func trackingFields(_ wanted: MailTracking) -> [(String, String)] {
        let (noOpens, noClicks) = (wanted.opens == false, wanted.clicks == false)
        guard noOpens || noClicks else { return [] }
        var fields: [(String, String)] = []
        switch tracking {
        case .none, .setting: break
        case .sendGrid:
            if let value = SendGridField.value(wanted) { fields.append((SendGridField.name, value)) }
        case .mailgun:
            if noOpens { fields.append(("X-Mailgun-Track-Opens", "no")) }
            if noClicks { fields.append(("X-Mailgun-Track-Clicks", "no")) }
        case .postmark:
            if noOpens { fields.append(("X-PM-TrackOpens", "false")) }
            if noClicks { fields.append(("X-PM-TrackLinks", "None")) }
        }
        return fields
    }

    /// What cannot be turned off for one mail, in words; nil when nothing is left.
    var trackingAdvice: (message: String, advice: String)? {
        switch tracking {
        case .none, .sendGrid, .mailgun: nil
        case .postmark:
            (
                "Postmark counts opens of every mail if the server's setting says so, whatever a mail asks for.",
                "Turn open tracking off in the settings of the Postmark server that sends secret links."
            )
        case .setting:
            (
                "Over SMTP this provider takes no word on tracking: its settings hold for every mail.",
                "Turn click and open tracking off at the provider, for links that are secrets."
            )
        }
    }
}
