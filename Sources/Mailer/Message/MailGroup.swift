/// Mailboxes under one name, as in `Undisclosed recipients:;` (RFC 5322, section 3.4).
public struct MailGroup: Sendable, Hashable, CustomStringConvertible {
    /// The group's name.
    public let name: String
    /// Who is in it; may be empty.
    public let members: [Mailbox]

    /// Takes a name and members.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidAddress`` when the name is empty or has a control character.
    public init(_ name: String, _ members: [Mailbox] = []) throws(MailError) {
        do throws(AddressFault) { try self.init(checking: name, members) } catch { throw error.mailError("The group") }
    }

    init(checking name: String, _ members: [Mailbox]) throws(AddressFault) {
        guard let name = try Mailbox.checked(name) else { throw AddressFault("it has no name") }
        self.name = name
        self.members = members
    }

    /// The group as people write it.
    public var description: String {
        let written = QuotedText.isPhraseOfAtoms(name) ? name : QuotedText.quoted(name)
        return "\(written): \(members.map(\.description).joined(separator: ", "));"
    }
}
