/// A link that may stand in a mail: https, mailto, or a part of the message itself. Never a script.
public struct MailLink: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The URL in visible ASCII.
    public let text: String

    /// The longest link, in bytes.
    public static let maximumLength = 2048

    /// Takes an `https:` URL.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate`` for another scheme, another character than visible
    ///   ASCII, or a longer URL than ``maximumLength``.
    public init(_ url: String) throws(MailError) {
        guard url.utf8.count <= Self.maximumLength, url.lowercasedASCII().hasPrefix("https://"), url.utf8.count > 8,
            url.utf8.allSatisfy({
                $0 > 0x20 && $0 < 0x7F && ![0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B, 0x7C, 0x7D].contains($0)
            })
        else {
            throw MailError(
                .invalidTemplate,
                "A link in a mail is an https URL in ASCII, with everything else percent-encoded."
            )
        }
        text = url
    }

    init(trusted text: String) { self.text = text }

    /// A link that opens a new mail to an address.
    public static func mail(to address: EnvelopeAddress) -> MailLink {
        MailLink(trusted: "mailto:\(ListUnsubscribe.mailtoText(of: address))")
    }

    /// A link to an inline image.
    public static func part(_ id: ContentID) -> MailLink { MailLink(trusted: id.url) }

    /// The scheme and the host alone: the rest may hold a secret.
    public var description: String {
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count > 2 ? "\(parts[0])//\(parts[2])/…" : "link"
    }

    /// A mirror without children, so that `dump` shows no more than ``description``.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
