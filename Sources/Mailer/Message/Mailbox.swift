/// An address with the name of who is behind it, as in `Ada Lovelace <ada@example.org>` (RFC 5322, section 3.4).
public struct Mailbox: Sendable, Hashable, CustomStringConvertible {
    /// The name as people read it; nil if there is none.
    public let name: String?
    /// The address.
    public let address: EnvelopeAddress

    /// The longest name, in UTF-8 bytes.
    public static let maximumNameLength = 1024

    /// Reads `ada@example.org` or `Ada Lovelace <ada@example.org>`; quotes and comments are understood.
    ///
    /// So are the obsolete forms (RFC 5322, section 4.4), which become those of today: white space and comments around points
    /// go, as in `ada @ example (comment) . org`; quotes around a part of a local part that needs none go, as in
    /// `"ada"."l"@example.org`; and so does the route in `<@relay.example:ada@example.org>` (RFC 5321, appendix C). An
    /// ``EnvelopeAddress`` takes none of them.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidAddress`` or ``MailError/Code/domainNeedsMapping``.
    public init(_ text: String) throws(MailError) {
        do throws(AddressFault) { try self.init(reading: text) } catch { throw error.mailError("The mailbox") }
    }

    /// Takes an address, and a name if there is one. A name that is empty or white space is no name.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidAddress`` when the name has a control character or is longer
    ///   than ``maximumNameLength``.
    public init(name: String?, address: EnvelopeAddress) throws(MailError) {
        do throws(AddressFault) { try self.init(checking: name ?? "", address) } catch {
            throw error.mailError("The mailbox")
        }
    }

    /// Takes an address without a name.
    public init(_ address: EnvelopeAddress) {
        self.name = nil
        self.address = address
    }

    init(reading text: String) throws(AddressFault) {
        guard text.utf8.count <= 8192 else { throw AddressFault("it is too long", code: .limitExceeded) }
        var scanner = AddressScanner(text)
        guard case .mailbox(let mailbox) = try scanner.item(allowingGroups: false) else {
            throw scanner.fault("a group is not expected here")
        }
        guard scanner.isAtEnd else { throw scanner.fault("something follows the address") }
        self = mailbox
    }

    init(checking name: String, _ address: EnvelopeAddress) throws(AddressFault) {
        self.name = try Self.checked(name)
        self.address = address
    }

    /// The name without white space at its ends; nil if nothing is left.
    static func checked(_ name: String) throws(AddressFault) -> String? {
        guard MailText.isClean(name) else { throw AddressFault("the name has a control character or a line end") }
        let trimmed = name.trimmingASCIIWhitespace()
        guard trimmed.utf8.count <= maximumNameLength else {
            throw AddressFault("the name is longer than \(maximumNameLength) bytes")
        }
        return trimmed.isEmpty ? nil : trimmed
    }

    /// The mailbox as people write it, in Unicode; reading that gives the same mailbox again.
    public var description: String {
        guard let name else { return address.wireText }
        return "\(QuotedText.isPhraseOfAtoms(name) ? name : QuotedText.quoted(name)) <\(address.wireText)>"
    }
}

extension Mailbox: TextParsable {
    /// "a mailbox, such as …".
    public static var expectedText: String { "a mailbox, such as ada@example.org or Ada <ada@example.org>" }

    /// Reads `ada@example.org` or `Ada Lovelace <ada@example.org>`.
    public init(parsing text: String) throws(TextParsingError) {
        do throws(AddressFault) { try self.init(reading: text) } catch { throw error.parsingError }
    }
}
