/// The phrases of the built-in templates in every language. English and German are there; others are added.
///
///     var phrases = MailPhrases.standard
///     phrases.add(try MailLocale("fr"), [.subject("verify"): "Confirmez votre adresse pour {app}"])
///
/// A phrase that a language lacks is shown in English.
public struct MailPhrases: Sendable {
    private var tables: [String: [MailPhrase: String]]

    /// English and German.
    public static let standard = MailPhrases(tables: ["en": MailPhrases.english, "de": MailPhrases.german])

    private init(tables: [String: [MailPhrase: String]]) { self.tables = tables }

    /// Adds phrases of a language, or replaces those that are there. A language such as `de-AT` falls back on `de`.
    public mutating func add(_ locale: MailLocale, _ phrases: [MailPhrase: String]) {
        tables[locale.rawValue.lowercasedASCII(), default: [:]].merge(phrases) { $1 }
    }

    /// A phrase with its values put in: `{name}` stands for the value of that name. Empty when there is no such phrase.
    public func text(_ key: MailPhrase, _ locale: MailLocale, _ values: [String: String] = [:]) -> String {
        Self.filled(template(key, locale) ?? "", { values[$0] }, { $0 })
    }

    /// A phrase as HTML: it is escaped, and the values, which are HTML already, are put in.
    public func html(_ key: MailPhrase, _ locale: MailLocale, _ values: [String: HTML] = [:]) -> HTML {
        HTML(raw: Self.filled(template(key, locale) ?? "", { values[$0]?.source }, HTML.escaped))
    }

    /// Whether there is such a phrase in the language or in English.
    public func contains(_ key: MailPhrase, _ locale: MailLocale) -> Bool { template(key, locale) != nil }

    private func template(_ key: MailPhrase, _ locale: MailLocale) -> String? {
        tables[locale.rawValue.lowercasedASCII()]?[key] ?? tables[locale.language]?[key] ?? tables["en"]?[key]
    }

    /// Once from the left to the right: a value that looks like a place for a value stays text.
    private static func filled(
        _ template: String,
        _ value: (String) -> String?,
        _ written: (String) -> String
    ) -> String {
        var result = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += written(String(rest[..<open]))
            let name = String(rest[rest.index(after: open)..<close])
            result += value(name) ?? written("{\(name)}")
            rest = rest[rest.index(after: close)...]
        }
        return result + written(String(rest))
    }

    /// A time in words: whole days, else whole hours, else minutes, rounded up.
    func time(_ duration: Duration, _ locale: MailLocale) -> String {
        let (whole, rest) = duration.components.seconds.quotientAndRemainder(dividingBy: 60)
        let minutes = max(1, Int(clamping: min(whole + (rest > 0 ? 1 : 0), 1 << 32)))
        let (count, one, many): (Int, MailPhrase, MailPhrase) =
            minutes % 1440 == 0
            ? (minutes / 1440, .day, .days)
            : minutes % 60 == 0 ? (minutes / 60, .hour, .hours) : (minutes, .minute, .minutes)
        return text(count == 1 ? one : many, locale, ["count": String(count)])
    }
}
