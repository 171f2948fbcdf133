/// The name of a header field (RFC 5322, section 2.2): printable ASCII without a colon. Upper and lower case are equal.
public struct HeaderName: Sendable, Hashable, CustomStringConvertible {
    /// The name as it is written.
    public let rawValue: String
    /// The name in lower case, by which names are compared.
    public let canonical: String

    /// The longest name, in bytes.
    public static let maximumLength = 76

    /// Takes a name such as `X-Campaign`.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidHeader`` when it is empty, longer than ``maximumLength``, or
    ///   has a space, a colon, a control character or a character beyond ASCII.
    public init(_ name: String) throws(MailError) {
        guard (1...Self.maximumLength).contains(name.utf8.count),
            name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3A })
        else {
            throw MailError(
                .invalidHeader,
                "A header's name has 1 to \(Self.maximumLength) printable ASCII characters, without space and colon."
            )
        }
        self.init(trusted: name)
    }

    init(trusted name: String) {
        rawValue = name
        canonical = name.lowercasedASCII()
    }

    /// Compares without regard to case.
    public static func == (lhs: HeaderName, rhs: HeaderName) -> Bool { lhs.canonical == rhs.canonical }

    /// Hashes without regard to case.
    public func hash(into hasher: inout Hasher) { hasher.combine(canonical) }

    /// The name as it is written.
    public var description: String { rawValue }
}
