/// A mail address as SMTP knows it: a local part and a domain, and nothing else (RFC 5321, section 4.1.2; RFC 6531).
///
/// It holds no control character, no comment, no name. There is one way to write it, ``wireText``, and reading that
/// gives the same address again.
public struct EnvelopeAddress: Sendable, Hashable, CustomStringConvertible {
    /// What is before the `@`, without quotes and backslashes. Its case counts.
    public let localPart: String
    /// What is behind the `@`.
    public let domain: MailDomain
    /// The address as it is written, without angle brackets: quoted where it must be, the domain in ASCII.
    public let wireText: String

    /// The longest local part as written, in bytes (RFC 5321, section 4.5.3.1.1).
    public static let maximumLocalPartLength = 64
    /// The longest address as written, in bytes (RFC 5321, section 4.5.3.1.3, less the angle brackets).
    public static let maximumLength = 254

    /// Reads `local@domain`; the local part may be quoted. No white space, no comments, no brackets around it.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidAddress`` or ``MailError/Code/domainNeedsMapping``.
    public init(_ text: String) throws(MailError) {
        do throws(AddressFault) { try self.init(reading: text) } catch { throw error.mailError("The address") }
    }

    /// Takes both parts; the local part is quoted when it must be.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidAddress``.
    public init(localPart: String, domain: MailDomain) throws(MailError) {
        do throws(AddressFault) {
            // Two quotes with nothing between them are a local part (RFC 5321, section 4.1.2) that only a text asks for.
            guard !localPart.isEmpty else { throw AddressFault("nothing stands before the @") }
            try self.init(checking: localPart, domain)
        } catch { throw error.mailError("The address") }
    }

    init(reading text: String) throws(AddressFault) {
        guard text.utf8.count <= 2048 else { throw AddressFault("it is longer than \(Self.maximumLength) bytes") }
        var scanner = AddressScanner(text)
        let address = try scanner.addressSpecification(allowingObsolete: false)
        guard scanner.isAtEnd else { throw scanner.fault("something follows the address") }
        self = address
    }

    init(checking localPart: String, _ domain: MailDomain) throws(AddressFault) {
        guard MailText.isClean(localPart) else { throw AddressFault("it has a control character or a line end") }
        self.localPart = localPart
        self.domain = domain
        let written = QuotedText.isDotAtom(localPart) ? localPart : QuotedText.quoted(localPart)
        guard written.utf8.count <= Self.maximumLocalPartLength else {
            throw AddressFault("more than \(Self.maximumLocalPartLength) bytes stand before the @")
        }
        wireText = "\(written)@\(domain.wireText)"
        guard wireText.utf8.count <= Self.maximumLength else {
            throw AddressFault("it is longer than \(Self.maximumLength) bytes")
        }
    }

    /// Whether the local part has characters beyond ASCII, which only servers with SMTPUTF8 take (RFC 6531).
    public var needsSMTPUTF8: Bool { !MailText.isASCII(localPart) }

    /// Compares the local part exactly and the domain without regard to case.
    public static func == (lhs: EnvelopeAddress, rhs: EnvelopeAddress) -> Bool {
        lhs.wireText.utf8.elementsEqual(rhs.wireText.utf8)
    }

    /// Hashes what is compared.
    public func hash(into hasher: inout Hasher) {
        for byte in wireText.utf8 { hasher.combine(byte) }
    }

    /// The address as it is written.
    public var description: String { wireText }
}

extension EnvelopeAddress: TextParsable {
    /// "a mail address, such as …".
    public static var expectedText: String { "a mail address, such as ada@example.org" }

    /// Reads `local@domain`.
    public init(parsing text: String) throws(TextParsingError) {
        do throws(AddressFault) { try self.init(reading: text) } catch { throw error.parsingError }
    }
}
