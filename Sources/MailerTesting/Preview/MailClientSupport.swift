/// What widely used mail programs drop of HTML and CSS.
///
/// From the measurements that caniemail.com publishes, as of 2024; Outlook stands for the versions of Windows that lay out
/// with Word, 2007 to 2019.
enum MailClientSupport {
    /// What becomes of a mail where something is dropped.
    enum Loss {
        /// It looks plainer, and everything is where it was.
        case look
        /// What it says or where it stands changes.
        case layout
    }

    /// A property, or one of its values, that some programs drop.
    struct Rule {
        let property: String
        /// What the value begins with; empty is any value.
        var value = ""
        let programs: String
        let loss: Loss
    }

    static let styles: [Rule] = [
        Rule(property: "position", programs: "Gmail and Outlook", loss: .layout),
        Rule(property: "display", value: "flex", programs: "Outlook", loss: .layout),
        Rule(property: "display", value: "inline-flex", programs: "Outlook and Yahoo", loss: .layout),
        Rule(property: "display", value: "grid", programs: "Outlook", loss: .layout),
        Rule(property: "display", value: "none", programs: "Outlook, unless mso-hide:all is there too", loss: .look),
        Rule(property: "float", programs: "Outlook", loss: .layout),
        Rule(property: "transform", programs: "Gmail, Outlook and Yahoo", loss: .layout),
        Rule(property: "animation", programs: "Gmail, Outlook and Yahoo", loss: .layout),
        Rule(property: "filter", programs: "Gmail, Outlook and Yahoo", loss: .layout),
        Rule(property: "clip-path", programs: "Gmail, Outlook and Yahoo", loss: .layout),
        Rule(property: "object-fit", programs: "Outlook and Yahoo", loss: .layout),
        Rule(property: "opacity", programs: "Outlook and Yahoo", loss: .layout),
        Rule(property: "background-image", programs: "Outlook", loss: .layout),
        Rule(property: "z-index", programs: "Gmail and Outlook", loss: .layout),
        Rule(property: "box-shadow", programs: "Gmail, Outlook and Yahoo", loss: .look),
        Rule(property: "text-shadow", programs: "Outlook", loss: .look),
        Rule(property: "border-radius", programs: "Outlook", loss: .look),
        Rule(property: "max-width", programs: "Outlook", loss: .look),
        Rule(property: "min-width", programs: "Outlook", loss: .layout),
        Rule(property: "overflow", programs: "Outlook", loss: .look),
        Rule(property: "word-break", programs: "Yahoo", loss: .look),
    ]

    /// Parts of values: units and functions.
    static let values: [(text: String, programs: String)] = [
        ("var(", "Gmail, Outlook and Yahoo"), ("calc(", "Outlook and Yahoo"), ("url(", "Outlook"),
        ("rem", "Outlook"), ("vw", "Outlook"), ("vh", "Outlook"), ("clamp(", "Outlook and Yahoo"),
    ]

    /// Elements that programs take out.
    static let elements: [String: String] = [
        "script": "every program", "form": "most programs", "input": "most programs", "button": "most programs",
        "iframe": "every program", "object": "every program", "embed": "every program", "link": "Gmail and Yahoo",
        "svg": "Gmail and Outlook", "video": "Gmail, Outlook and Yahoo", "audio": "Gmail, Outlook and Yahoo",
        "canvas": "every program", "base": "many programs",
    ]
}
