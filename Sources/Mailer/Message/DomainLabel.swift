/// One label of a domain name, in ASCII form (RFC 5890, section 2.3).
enum DomainLabel {
    /// The longest label, in bytes (RFC 1035, section 2.3.4).
    static let maximumLength = 63

    /// The label in lower case; letters beyond ASCII become an A-label.
    static func ascii(_ label: String) throws(AddressFault) -> String {
        let lower = label.lowercasedASCII()
        guard !lower.isEmpty else { throw AddressFault("the domain has an empty label") }
        guard MailText.isASCII(lower) else {
            let encoded = "xn--" + Punycode.encode(try InternationalLabel.check(lower))
            guard encoded.utf8.count <= maximumLength else {
                throw AddressFault("a label of the domain is longer than \(maximumLength) bytes")
            }
            return encoded
        }
        guard lower.utf8.count <= maximumLength else {
            throw AddressFault("a label of the domain is longer than \(maximumLength) bytes")
        }
        guard lower.utf8.allSatisfy({ $0.isAlphanumeric || $0 == 0x2D }), lower.utf8.first != 0x2D,
            lower.utf8.last != 0x2D
        else { throw AddressFault("a label of the domain has other characters than letters, digits and inner hyphens") }
        if lower.hasPrefix("xn--") { try checkALabel(lower) }
        return lower
    }

    /// An A-label must be one that somebody could have made from letters: it decodes, and encodes to itself.
    private static func checkALabel(_ label: String) throws(AddressFault) {
        guard let scalars = Punycode.decode(String(label.dropFirst(4))), scalars.contains(where: { !$0.isASCII }),
            !scalars.contains(where: { MailText.isControl($0) || $0.properties.isWhitespace }),
            "xn--" + Punycode.encode(scalars) == label
        else { throw AddressFault("a label of the domain begins with xn-- and is no encoded name (RFC 5891)") }
    }
}
