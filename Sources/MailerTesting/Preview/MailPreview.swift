public import FoundationEssentials
import GroundworkTesting

/// A gallery of an app's mails: one page that shows each in light and dark, as wide as a desktop and a phone, with its
/// source, its headers, its plain text, its size, and what mail programs would drop.
///
///     var preview = MailPreview(brand: brand)
///     preview.addBuiltIn()
///     try preview.add("Order shipped", OrderShipped(customer: "Ada", page: page))
///     try await preview.page().write(toFile: "mails.html", atomically: true, encoding: .utf8)
///
/// The page loads nothing, and mails in it run nothing. Secrets of templates, and the values in links that are secrets,
/// are shown as ``placeholder``: a page that somebody keeps or sends around lets nobody in.
public struct MailPreview: Sendable {
    /// What stands for a token.
    public static let placeholder = "TOKEN"

    /// The app.
    public var brand: MailBrand
    /// The phrases of all languages.
    public var phrases: MailPhrases
    /// The languages in which templates are shown.
    public var locales: [MailLocale]
    /// The page's title.
    public var title: String
    /// Who sends.
    public var sender: Mailbox
    /// Who receives.
    public var receiver: Mailbox
    /// The date of every mail; nil is now.
    public var date: Date?
    /// Pictures that the mails name, such as the logo, because the page loads nothing. Others show their text.
    public var images: [MailLink: Image] = [:]

    /// A picture for the page.
    public struct Image: Sendable {
        let source: String

        /// Takes the bytes of a picture.
        public init(_ bytes: [UInt8], _ type: MailContentType) {
            source = "data:\(type.description);base64,\(Base64.encode(bytes))"
        }
    }

    enum Subject: Sendable {
        case template(any MailTemplate)
        case message(MailMessage)
    }

    struct Entry: Sendable {
        var title: String
        var group: String
        var subject: Subject
    }

    var entries: [Entry] = []

    /// Makes an empty gallery.
    /// - Parameters:
    ///   - brand: the app.
    ///   - locales: the languages in which templates are shown; the first is shown first.
    ///   - phrases: the phrases of all languages.
    /// - Throws: `MailError` with `MailError.Code.invalidAddress` when the brand's name is too long for a mailbox.
    public init(
        brand: MailBrand,
        locales: [MailLocale] = [.english, .german],
        phrases: MailPhrases = .standard
    ) throws(MailError) {
        self.brand = brand
        self.phrases = phrases
        self.locales = locales.isEmpty ? [.english] : locales
        title = "Mails of \(brand.name)"
        sender = try Mailbox(name: brand.name, address: EnvelopeAddress("no-reply@example.org"))
        receiver = try Mailbox("Ada Lovelace <ada@example.com>")
    }

    /// Makes an empty gallery of what a mailer sends.
    /// - Throws: `MailError` with `MailError.Code.invalidConfiguration` when it has no brand.
    public init(_ configuration: Mailer.Configuration, locales: [MailLocale]? = nil) throws(MailError) {
        guard let brand = configuration.brand else {
            throw MailError(
                .invalidConfiguration,
                "The mailer's configuration has no brand, so that nothing can be shown."
            )
        }
        try self.init(brand: brand, locales: locales ?? [configuration.locale], phrases: configuration.phrases)
        sender = configuration.from
    }

    /// Adds a template, which is shown in every language.
    public mutating func add(_ title: String, group: String = "Your templates", _ template: any MailTemplate) {
        entries.append(Entry(title: title, group: group, subject: .template(template)))
    }

    /// Adds a message as it is, such as one that a test caught.
    ///
    /// Where its tracking is off, the values in its links are secrets and are shown as ``placeholder``.
    public mutating func add(_ title: String, group: String = "Messages", message: MailMessage) {
        entries.append(Entry(title: title, group: group, subject: .message(message)))
    }

    /// Every mail in every language, made and composed.
    /// - Throws: `MailError` when a template or a message cannot be shown.
    public func captures() async throws -> [MailCapture] {
        var result: [MailCapture] = []
        for entry in entries {
            switch entry.subject {
            case .message(let message): result.append(try await MailCapture(entry, message, self))
            case .template(let template):
                for locale in locales {
                    let context = MailTemplateContext(brand: brand, locale: locale, phrases: phrases)
                    var message = try context.message(template, from: sender, to: receiver)
                    message.locale = locale
                    result.append(try await MailCapture(entry, message, self, template: template))
                }
            }
        }
        return result
    }

    /// The page.
    /// - Throws: `MailError` when a template or a message cannot be shown.
    public func page() async throws -> String {
        try PreviewPage(preview: self, captures: try await captures()).text()
    }
}
