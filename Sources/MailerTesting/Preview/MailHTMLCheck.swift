/// Looks at a mail's HTML as mail programs do: what they drop, cut off or block.
///
///     #expect(MailHTMLCheck.findings(in: html).allSatisfy { $0.severity != .failure })
public enum MailHTMLCheck {
    /// Gmail cuts off what is longer, in bytes.
    public static let clippingLimit = 102 * 1024
    /// Subjects beyond this are cut off on phones, in characters.
    public static let subjectLimit = 60

    /// What is to be said about the HTML of a mail.
    public static func findings(in html: String) -> [MailCheckFinding] {
        var scan = HTMLScan()
        var tokenizer = HTMLTokenizer(html)
        while let token = tokenizer.next() {
            if case .start(let name, let attributes) = token { scan.take(name, attributes) }
        }
        return [size(html)] + scan.findings + [dark(html)]
    }

    /// What is to be said about a message.
    /// - Parameter holdsSecrets: whether its links are secrets.
    static func findings(of message: MailMessage, holdsSecrets: Bool) -> [MailCheckFinding] {
        var result: [MailCheckFinding] = []
        let length = message.subject.text.count
        result.append(
            length <= subjectLimit
                ? finding(.ok, "subject", "\(length) characters; phones show it whole.")
                : finding(
                    .warning,
                    "subject",
                    "\(length) characters; phones cut it off.",
                    "Say the important part in the first \(subjectLimit)."
                )
        )
        if message.html != nil {
            result.append(
                message.text == nil
                    ? finding(
                        .warning,
                        "plain text",
                        "Made from the HTML.",
                        "Read it in the tab and write your own if need be."
                    )
                    : finding(.ok, "plain text", "The message brings its own.")
            )
        }
        if holdsSecrets {
            result.append(
                message.tracking == .off
                    ? finding(.ok, "tracking", "Off: no provider rewrites the secret link.")
                    : finding(.failure, "tracking", "A provider may rewrite the secret link.", "Set tracking to .off.")
            )
        }
        return result + (message.html.map(findings(in:)) ?? [])
    }

    static func finding(
        _ severity: MailCheckFinding.Severity,
        _ subject: String,
        _ message: String,
        _ advice: String = ""
    ) -> MailCheckFinding {
        MailCheckFinding(severity, subject, message, advice: advice, transport: "preview")
    }

    private static func size(_ html: String) -> MailCheckFinding {
        let count = html.utf8.count
        guard count > clippingLimit else {
            return finding(
                .ok,
                "size",
                "\(PreviewPage.bytes(count)) of HTML; Gmail cuts off at \(PreviewPage.bytes(clippingLimit))."
            )
        }
        return finding(
            .failure,
            "size",
            "\(PreviewPage.bytes(count)) of HTML; Gmail cuts it off at \(PreviewPage.bytes(clippingLimit)).",
            "Shorten it, and leave pictures out of the HTML itself."
        )
    }

    private static func dark(_ html: String) -> MailCheckFinding {
        html.firstRange(of: "prefers-color-scheme") == nil
            ? finding(
                .warning,
                "dark mode",
                "No colours for the dark; programs invert them as they like.",
                "Use the library's layout, or a media query prefers-color-scheme."
            ) : finding(.ok, "dark mode", "Has colours of its own for the dark.")
    }
}
