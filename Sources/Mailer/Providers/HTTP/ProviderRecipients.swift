/// Who of an envelope stands where in a request.
///
/// Headers and envelope may differ: suppressed addresses are missing in the envelope, blind copies in the headers. An API
/// knows `to`, `cc` and `bcc` only, and sends to all that are named there, and to nobody else.
struct ProviderRecipients: Sendable {
    var to: [Mailbox] = []
    var cc: [Mailbox] = []
    var bcc: [Mailbox] = []

    var count: Int { to.count + cc.count + bcc.count }

    /// All of them.
    var all: [Mailbox] { to + cc + bcc }

    /// Gives everybody in the envelope a place, each once: the first in which the message names them.
    /// - Throws: ``MailError`` when there are only blind copies, more than one: each gets a request of its own.
    init(_ mail: OutgoingMail, transport: String) throws(MailError) {
        var left = Set(mail.envelope.recipients)
        to = mail.message.to.mailboxes.filter { left.remove($0.address) != nil }
        cc = mail.message.cc.mailboxes.filter { left.remove($0.address) != nil }
        let named = mail.message.bcc.mailboxes.filter { left.remove($0.address) != nil }
        bcc = named + mail.envelope.recipients.filter { left.contains($0) }.map { Mailbox($0) }
        guard to.isEmpty else { return }
        if !cc.isEmpty {
            // Those in `to` are suppressed; the API wants somebody there.
            swap(&to, &cc)
        } else if bcc.count == 1 {
            swap(&to, &bcc)
        } else {
            throw MailError(
                .invalidMessage,
                "\(transport) wants a recipient in `to`, where all would see each other; put an address of your own "
                    + "there, or send one mail to each.",
                transport: transport
            )
        }
    }
}
