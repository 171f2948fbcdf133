/// Something that becomes a mail: a value with what it needs, and how it is said.
///
///     struct OrderShipped: MailTemplate {
///         let name = "order-shipped"
///         let customer: String
///         let page: MailLink
///         func content(_ context: MailTemplateContext) throws(MailError) -> MailContent {
///             MailContent(
///                 subject: "Your order is on its way",
///                 blocks: [.heading("Hello \(customer)"), .paragraph("It left today."), .button("Follow it", page)]
///             )
///         }
///     }
///
/// The layout, the plain text and the escaping come from the library.
public protocol MailTemplate: Sendable {
    /// A short name, which is part of the idempotency key.
    var name: String { get }

    /// What makes this mail another one than the next of the same name to the same address, such as a token; it is
    /// hashed. Empty: every mail is another one.
    var identity: [Secret<String>] { get }

    /// Whether links are secrets, so that no provider may rewrite them.
    var holdsSecrets: Bool { get }

    /// What the mail says.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate``.
    func content(_ context: MailTemplateContext) throws(MailError) -> MailContent
}

extension MailTemplate {
    /// Empty: every mail is another one.
    public var identity: [Secret<String>] { [] }

    /// False.
    public var holdsSecrets: Bool { false }
}

/// What a template is told when it is shown.
public struct MailTemplateContext: Sendable {
    /// The app.
    public var brand: MailBrand
    /// The receiver's language.
    public var locale: MailLocale
    /// The phrases of all languages.
    public var phrases: MailPhrases

    /// Takes an app, a language, and phrases.
    public init(brand: MailBrand, locale: MailLocale = .english, phrases: MailPhrases = .standard) {
        self.brand = brand
        self.locale = locale
        self.phrases = phrases
    }

    /// A phrase in the receiver's language, with `{app}` and the given values put in.
    public func phrase(_ key: MailPhrase, _ values: [String: String] = [:]) -> String {
        phrases.text(key, locale, values.merging(["app": brand.name]) { own, _ in own })
    }

    /// A phrase as HTML, for values that are HTML, such as links.
    public func html(_ key: MailPhrase, _ values: [String: HTML] = [:]) -> HTML {
        phrases.html(key, locale, values.merging(["app": HTML(text: brand.name)]) { own, _ in own })
    }
}

/// What a mail says, without its layout.
public struct MailContent: Sendable {
    /// A piece of a mail. The set is open.
    public struct Block: Sendable {
        enum Kind: Sendable {
            case heading(String)
            case paragraph(HTML)
            case button(String, MailLink)
            case code(String)
            case note(HTML)
            case table([(name: String, value: String)])
            case raw(HTML)
        }

        let kind: Kind

        /// The headline.
        public static func heading(_ text: String) -> Block { Block(kind: .heading(text)) }
        /// A paragraph; put values into the literal, they are escaped.
        public static func paragraph(_ html: HTML) -> Block { Block(kind: .paragraph(html)) }
        /// A paragraph of text.
        public static func text(_ text: String) -> Block { Block(kind: .paragraph(HTML(text: text))) }
        /// A link that looks like a button, and its address below for those who cannot click.
        public static func button(_ label: String, _ link: MailLink) -> Block { Block(kind: .button(label, link)) }
        /// A code to be typed.
        public static func code(_ text: String) -> Block { Block(kind: .code(text)) }
        /// Small print.
        public static func note(_ text: String) -> Block { Block(kind: .note(HTML(text: text))) }
        /// Names with their values.
        public static func table(_ rows: [(name: String, value: String)]) -> Block { Block(kind: .table(rows)) }
        /// HTML of your own inside the layout; the plain text is made from it.
        public static func html(_ html: HTML) -> Block { Block(kind: .raw(html)) }
    }

    /// What it is about. Control characters become spaces.
    public var subject: String
    /// What mail programs show beside the subject; empty is the first paragraph.
    public var preview = ""
    /// The pieces from the top to the bottom.
    public var blocks: [Block]

    /// Takes a subject and pieces.
    public init(subject: String, preview: String = "", blocks: [Block]) {
        self.subject = subject
        self.preview = preview
        self.blocks = blocks
    }
}
