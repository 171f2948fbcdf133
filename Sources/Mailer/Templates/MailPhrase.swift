/// The name of a phrase in the built-in templates. The set is open.
public struct MailPhrase: Sendable, Hashable, CustomStringConvertible {
    /// The phrase's name.
    public let rawValue: String

    /// Any phrase, also of your own templates.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// The phrase's name.
    public var description: String { rawValue }

    /// The subject of a template: `verify`, `reset`, `magic`, `change`, `notice` or `welcome`.
    public static func subject(_ template: String) -> MailPhrase { MailPhrase("\(template).subject") }
    /// Its headline.
    public static func heading(_ template: String) -> MailPhrase { MailPhrase("\(template).heading") }
    /// Its first paragraph.
    public static func body(_ template: String) -> MailPhrase { MailPhrase("\(template).body") }
    /// Its button.
    public static func button(_ template: String) -> MailPhrase { MailPhrase("\(template).button") }
    /// What to do if one did not ask for it.
    public static func ignore(_ template: String) -> MailPhrase { MailPhrase("\(template).ignore") }
    /// When the link expires: `{time}`.
    public static let expires = MailPhrase("expiry.link")
    /// One minute, and several: `{count}`.
    public static let minute = MailPhrase("expiry.minute"), minutes = MailPhrase("expiry.minutes")
    /// One hour, and several: `{count}`.
    public static let hour = MailPhrase("expiry.hour"), hours = MailPhrase("expiry.hours")
    /// One day, and several: `{count}`.
    public static let day = MailPhrase("expiry.day"), days = MailPhrase("expiry.days")
    /// What stands above a link that is written out.
    public static let copyLink = MailPhrase("layout.copyLink")
    /// Where help is to be had: `{address}`.
    public static let support = MailPhrase("layout.support")
}
