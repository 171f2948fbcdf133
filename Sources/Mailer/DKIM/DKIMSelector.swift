/// The name under which a domain publishes a key: `selector._domainkey.domain` (RFC 6376, section 3.1).
public struct DKIMSelector: Sendable, Hashable, CustomStringConvertible {
    /// The selector in lower case.
    public let rawValue: String

    /// Takes a selector such as `2026a` or `march.2026`.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration`` unless it is letters, digits and inner hyphens,
    ///   with points between such labels, 63 characters at most.
    public init(_ text: String) throws(MailError) {
        let labels = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard text.utf8.count <= 63,
            labels.allSatisfy({ label in
                !label.isEmpty && label.first != 0x2D && label.last != 0x2D
                    && label.allSatisfy { $0.isAlphanumeric || $0 == 0x2D || $0 == 0x5F }
            })
        else {
            throw MailError(
                .invalidConfiguration,
                "A DKIM selector is letters, digits and hyphens, with points between, as in march.2026."
            )
        }
        rawValue = text.lowercasedASCII()
    }

    /// The selector.
    public var description: String { rawValue }
}
