/// How the receiver gets off a list: `List-Unsubscribe` (RFC 2369), with one click where that is wanted (RFC 8058).
public struct ListUnsubscribe: Sendable, Hashable {
    /// The https URL; with one click the provider posts `List-Unsubscribe=One-Click` to it.
    public let url: String?
    /// The address to which a mail unsubscribes.
    public let address: EnvelopeAddress?
    /// Whether a click in the mail program is enough, without a page.
    public let isOneClick: Bool

    /// The longest URL, in bytes, where a comma counts as the three of `%2C`: it is never folded.
    public static let maximumURLLength = 900

    /// One click (RFC 8058): posts to an https URL. The URL must say who unsubscribes, for nobody is asked.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidHeader`` unless it is an https URL of visible ASCII.
    public static func oneClick(
        url: String,
        address: EnvelopeAddress? = nil
    ) throws(MailError) -> ListUnsubscribe {
        ListUnsubscribe(url: try checked(url), address: try checked(address), isOneClick: true)
    }

    /// A page that asks again, an address to write to, or both.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidHeader`` when both are nil or the URL is no https URL.
    public static func page(url: String?, address: EnvelopeAddress? = nil) throws(MailError) -> ListUnsubscribe {
        guard url != nil || address != nil else {
            throw MailError(.invalidHeader, "List-Unsubscribe needs a URL or an address.")
        }
        let valid: String?
        if let url { valid = try checked(url) } else { valid = nil }
        return ListUnsubscribe(url: valid, address: try checked(address), isOneClick: false)
    }

    private static func checked(_ url: String) throws(MailError) -> String {
        // A comma would end the entry of the list (RFC 2369, section 2); it counts as what it is written as.
        let url = url.replacing(ascii: ",", with: "%2C")
        let bytes = Array(url.utf8)
        // Visible ASCII without what would end the angle brackets or the list (RFC 3986, RFC 2369 section 2).
        guard (9...maximumURLLength).contains(bytes.count), url.lowercasedASCII().hasPrefix("https://"),
            bytes[8].isAlphanumeric || bytes[8] == 0x5B,
            bytes.allSatisfy({
                $0 > 0x20 && $0 < 0x7F && ![0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B, 0x7C, 0x7D].contains($0)
            })
        else {
            throw MailError(
                .invalidHeader,
                "The URL of List-Unsubscribe must be https, in ASCII with everything else percent-encoded, and no longer "
                    + "than \(maximumURLLength) bytes, with each comma as the three of %2C."
            )
        }
        return url
    }

    private static func checked(_ address: EnvelopeAddress?) throws(MailError) -> EnvelopeAddress? {
        guard address?.needsSMTPUTF8 != true else {
            throw MailError(.invalidHeader, "The address of List-Unsubscribe must be ASCII.")
        }
        return address
    }
}
