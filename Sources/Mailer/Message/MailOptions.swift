/// How urgent a message is, written as `X-Priority`, `Importance` and `Priority`.
public enum MailPriority: Sendable, Hashable, CaseIterable {
    /// Readers mark it as important.
    case high
    /// Says so; readers show nothing.
    case normal
    /// Readers mark it as of little importance.
    case low
}

/// A label for a provider's statistics. Names and values as the strictest provider takes them.
public struct MailTag: Sendable, Hashable {
    /// The tag's name.
    public let name: String
    /// The tag's value; nil for providers whose tags are names only.
    public let value: String?

    /// The longest name and the longest value, in characters.
    public static let maximumLength = 256

    /// Takes a name, and a value if there is one.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidMessage`` for other characters than ASCII letters, digits,
    ///   underscores and hyphens.
    public init(_ name: String, _ value: String? = nil) throws(MailError) {
        guard Self.isValid(name), value.map(Self.isValid) ?? true else {
            throw MailError(
                .invalidMessage,
                "A tag's name and value have 1 to \(Self.maximumLength) ASCII letters, digits, underscores and hyphens."
            )
        }
        self.name = name
        self.value = value
    }

    private static func isValid(_ text: String) -> Bool {
        (1...maximumLength).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0.isAlphanumeric || $0 == 0x5F || $0 == 0x2D }
    }
}

/// What a provider may measure. What is nil is left to the provider's own settings.
public struct MailTracking: Sendable, Hashable {
    /// Whether a picture is added that reports when the message is opened.
    public var opens: Bool?
    /// Whether links are rewritten so that clicks are reported.
    public var clicks: Bool?

    /// Leaves both, or those not given, to the provider.
    public init(opens: Bool? = nil, clicks: Bool? = nil) {
        self.opens = opens
        self.clicks = clicks
    }

    /// Neither opens nor clicks: for mails with links that are secrets.
    public static let off = MailTracking(opens: false, clicks: false)
}

/// A language, such as `en` or `de-AT` (RFC 5646); written as `Content-Language`.
public struct MailLocale: Sendable, Hashable, CustomStringConvertible {
    /// The tag as it was given.
    public let rawValue: String

    /// Takes a language tag.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidMessage`` unless it is groups of 1 to 8 ASCII letters and
    ///   digits with hyphens between them, 35 characters at most.
    public init(_ tag: String) throws(MailError) {
        let parts = tag.utf8.split(separator: 0x2D, omittingEmptySubsequences: false)
        guard tag.utf8.count <= 35, parts.allSatisfy({ (1...8).contains($0.count) && $0.allSatisfy(\.isAlphanumeric) })
        else { throw MailError(.invalidMessage, "A language has the form en or de-AT (RFC 5646).") }
        rawValue = tag
    }

    private init(trusted tag: String) { rawValue = tag }

    /// English.
    public static let english = MailLocale(trusted: "en")
    /// German.
    public static let german = MailLocale(trusted: "de")

    /// The language alone, in lower case: `de` of `de-AT`.
    public var language: String {
        String(decoding: rawValue.utf8.prefix { $0 != 0x2D }, as: UTF8.self).lowercasedASCII()
    }

    /// Whether it is written from the right to the left: Arabic, Hebrew, Persian and others of those scripts.
    public var isRightToLeft: Bool {
        let parts = rawValue.lowercasedASCII().split(separator: "-")
        // A script in the tag decides, as in `az-Arab` or `ar-Latn` (RFC 5646, section 2.2.3).
        if let script = parts.dropFirst().first(where: {
            $0.utf8.count == 4 && !($0.utf8.first.map { (0x30...0x39).contains($0) } ?? true)
        }) {
            return ["arab", "hebr", "syrc", "thaa", "nkoo", "adlm"].contains(script)
        }
        return ["ar", "he", "iw", "fa", "ur", "ps", "sd", "ug", "yi", "dv", "ckb", "syr"].contains(language)
    }

    /// The tag as it was given.
    public var description: String { rawValue }
}

/// An invitation or another calendar object (RFC 5545, RFC 6047), sent as an alternative of the message's text.
public struct MailCalendar: Sendable, Hashable {
    /// What the receiver is asked to do (RFC 5546, section 1.4).
    public enum Method: String, Sendable, Hashable, CaseIterable {
        /// An announcement without an answer.
        case publish = "PUBLISH"
        /// An invitation that asks for an answer.
        case request = "REQUEST"
        /// An answer to an invitation.
        case reply = "REPLY"
        /// Something is called off.
        case cancel = "CANCEL"
    }

    /// What the receiver is asked to do; the same as the METHOD inside the object.
    public var method: Method
    /// The object: `BEGIN:VCALENDAR` to `END:VCALENDAR`. Line ends are made CRLF.
    public var text: String

    /// Takes an object.
    public init(method: Method, text: String) {
        self.method = method
        self.text = text
    }
}
