extension MailMessage: CustomStringConvertible, CustomReflectable {
    /// How many it is for and what it has, and nothing of what it says: texts hold links, and links hold tokens.
    public var description: String {
        let count = to.mailboxes.count + cc.mailboxes.count + bcc.mailboxes.count
        var parts = ["MailMessage for \(count) recipient\(count == 1 ? "" : "s")"]
        if let text { parts.append("text of \(text.utf8.count) bytes") }
        if let html { parts.append("HTML of \(html.utf8.count) bytes") }
        if !attachments.isEmpty { parts.append("\(attachments.count) attachment\(attachments.count == 1 ? "" : "s")") }
        return parts.joined(separator: ", ")
    }

    /// A mirror without children, so that `dump` shows no more than ``description``.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
