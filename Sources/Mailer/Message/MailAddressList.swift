/// Mailboxes and groups, as in the header `To`.
///
///     message.to = [try Mailbox("ada@example.org"), try Mailbox("Charles <charles@example.org>")]
///     message.cc = try MailAddressList("Team: Grace <grace@example.org>;, ada@example.org")
public struct MailAddressList: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// A mailbox or a group.
    public enum Entry: Sendable, Hashable {
        /// A mailbox.
        case mailbox(Mailbox)
        /// A group of mailboxes.
        case group(MailGroup)
    }

    /// The entries in their order.
    public var entries: [Entry]

    /// The largest number of mailboxes that is read from a text.
    public static let maximumCount = 10_000
    /// The longest text that is read, in UTF-8 bytes.
    public static let maximumLength = 1 << 20

    /// Takes mailboxes.
    public init(_ mailboxes: [Mailbox] = []) { entries = mailboxes.map { .mailbox($0) } }

    /// Takes mailboxes and groups.
    public init(entries: [Entry]) { self.entries = entries }

    /// Takes mailboxes.
    public init(arrayLiteral elements: Mailbox...) { self.init(elements) }

    /// Reads the text of a header such as `To`: mailboxes and groups with commas between them. Empty text is no address.
    ///
    /// The obsolete forms of old programs are read as well (RFC 5322, section 4.4), and written in those of today: members
    /// between two commas that are empty are left out, and see ``Mailbox/init(_:)-(String)`` for the others.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidAddress``, or ``MailError/Code/limitExceeded``.
    public init(_ text: String) throws(MailError) {
        do throws(AddressFault) { try self.init(reading: text) } catch {
            throw error.mailError("The list of addresses")
        }
    }

    init(reading text: String) throws(AddressFault) {
        guard text.utf8.count <= Self.maximumLength else {
            throw AddressFault("it is longer than \(Self.maximumLength) bytes", code: .limitExceeded)
        }
        entries = []
        var scanner = AddressScanner(text)
        try scanner.skipSpaceAndComments()
        if scanner.isAtEnd { return }
        var count = 0
        repeat {
            try scanner.skipEmptyMembers()
            if scanner.isAtEnd, !entries.isEmpty { return }
            switch try scanner.item(allowingGroups: true) {
            case .mailbox(let mailbox):
                entries.append(.mailbox(mailbox))
                count += 1
            case .group(let group):
                entries.append(.group(group))
                count += max(1, group.members.count)
            }
            guard count <= Self.maximumCount else {
                throw AddressFault("there are more than \(Self.maximumCount)", code: .limitExceeded)
            }
        } while scanner.take(0x2C)
        guard scanner.isAtEnd else { throw scanner.fault("a comma is missing") }
    }

    /// All mailboxes, those in groups too.
    public var mailboxes: [Mailbox] {
        entries.flatMap { entry in
            switch entry {
            case .mailbox(let mailbox): [mailbox]
            case .group(let group): group.members
            }
        }
    }

    /// Whether there is no entry at all.
    public var isEmpty: Bool { entries.isEmpty }

    /// Adds a mailbox.
    public mutating func append(_ mailbox: Mailbox) { entries.append(.mailbox(mailbox)) }

    /// Adds a group.
    public mutating func append(_ group: MailGroup) { entries.append(.group(group)) }

    /// The list as people write it.
    public var description: String {
        entries.map { entry in
            switch entry {
            case .mailbox(let mailbox): mailbox.description
            case .group(let group): group.description
            }
        }.joined(separator: ", ")
    }
}
