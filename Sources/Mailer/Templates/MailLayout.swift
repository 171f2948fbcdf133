/// Lays out what a mail says: tables with inline styles, readable on a phone and in the dark, and a plain text.
///
/// One style sheet stands in the head, for the colours in the dark; programs that drop it show the light colours.
/// Comments that only Outlook for Windows reads set the width there, because it knows no `max-width`.
enum MailLayout {
    static let font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

    /// The whole document.
    static func html(_ content: MailContent, _ context: MailTemplateContext) -> HTML {
        let brand = context.brand
        let blocks: HTML = content.blocks.map { html($0, context) }.reduce("") { $0 + $1 }
        let direction = context.locale.isRightToLeft ? "rtl" : "ltr"
        return """
            <!DOCTYPE html>
            <html lang="\(context.locale.rawValue)" dir="\(direction)">
            \(head(content))
            <body class="gw-page" dir="\(direction)" style="margin:0;padding:0;background-color:#f4f4f5">
            \(preview(content))
            <table role="presentation" class="gw-page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f4f4f5">
            <tr><td align="center" style="padding:32px 12px">
            <!--[if mso]><table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px">
            <tr><td style="padding:0 4px 20px 4px">\(logo(brand))</td></tr>
            <tr><td class="gw-card" bgcolor="#ffffff" style="padding:32px 28px;background-color:#ffffff;border-radius:12px">
            \(blocks)</td></tr>
            \(footer(context))</table>
            <!--[if mso]></td></tr></table><![endif]-->
            </td></tr>
            </table>
            </body>
            </html>

            """
    }

    /// The text for readers without HTML.
    static func text(_ content: MailContent, _ context: MailTemplateContext) -> String {
        var lines = content.blocks.map { MailLayout.text($0) }.filter { !$0.isEmpty }
        var end = ["-- ", MailText.replacingControls(in: context.brand.name), context.brand.appURL.text]
        if let address = context.brand.supportAddress {
            end.append(context.phrase(.support, ["address": address.wireText]))
        }
        if !context.brand.footer.isEmpty { end.append(context.brand.footer) }
        lines.append(end.joined(separator: "\n"))
        return lines.joined(separator: "\n\n") + "\n"
    }

    /// The brand's colour where it can be read on white, and that of the text where it cannot.
    static func linkColor(_ brand: MailBrand) -> String {
        brand.color.contrastRatio(with: .white) >= 4.5 ? brand.color.description : "#18181b"
    }

    private static func head(_ content: MailContent) -> HTML {
        """
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
        <meta name="referrer" content="no-referrer">
        <title>\(content.subject)</title>
        <style>
        @media (prefers-color-scheme: dark) {
        .gw-page { background-color: #18181b !important; }
        .gw-card { background-color: #27272a !important; }
        .gw-text { color: #f4f4f5 !important; }
        .gw-soft { color: #a1a1aa !important; }
        .gw-link { color: #f4f4f5 !important; }
        .gw-line { border-color: #3f3f46 !important; }
        .gw-well { background-color: #3f3f46 !important; }
        .gw-day { display: none !important; }
        .gw-night { display: block !important; }
        }
        </style>
        </head>
        """
    }

    /// What programs show beside the subject. Space behind it keeps them from going on with the text, which has the link.
    private static func preview(_ content: MailContent) -> HTML {
        var text = content.preview
        if text.isEmpty {
            for case .paragraph(let html) in content.blocks.map(\.kind) {
                text = words(of: html)
                break
            }
        }
        let space = String(repeating: "&#847;&zwnj;&nbsp;", count: 60)
        return """
            <div style="display:none;mso-hide:all;max-height:0;overflow:hidden;font-size:1px;line-height:1px;color:#f4f4f5">\(text)\(raw: space)</div>
            """
    }

    /// What a paragraph says, without the addresses of its links.
    private static func words(of html: HTML) -> String {
        var tokenizer = HTMLTokenizer(html.source)
        var result = ""
        while let token = tokenizer.next() {
            if case .text(let text) = token { result += text }
        }
        return result.trimmingASCIIWhitespace()
    }

    private static func logo(_ brand: MailBrand) -> HTML {
        var inner: HTML = "\(brand.name)"
        if let logo = brand.logo {
            inner = image(logo, brand, style: "display:block", dark: brand.darkLogo == nil ? nil : "gw-day")
            if let dark = brand.darkLogo {
                let night = image(dark, brand, style: "display:none;mso-hide:all", dark: "gw-night")
                inner = "\(inner)<!--[if !mso]><!-->\(night)<!--<![endif]-->"
            }
        }
        return """
            <a href="\(brand.appURL.text)" class="gw-text" style="\(raw: font);font-size:18px;line-height:24px;font-weight:bold;color:#18181b;text-decoration:none">\(inner)</a>
            """
    }

    private static func image(_ link: MailLink, _ brand: MailBrand, style: String, dark: String?) -> HTML {
        let name: HTML = dark.map { " class=\"\($0)\"" as HTML } ?? ""
        return """
            <img src="\(link)" alt="\(brand.name)" width="\(brand.logoWidth)" border="0"\(name) style="\(style);border:0">
            """
    }

    private static func footer(_ context: MailTemplateContext) -> HTML {
        let brand = context.brand
        var lines: [HTML] = []
        if let address = brand.supportAddress {
            let link: HTML = """
                <a href="\(MailLink.mail(to: address))" class="gw-soft" style="color:#5f5f68;text-decoration:underline">\(address.wireText)</a>
                """
            lines.append(context.html(.support, ["address": link]))
        }
        lines += brand.footer.split(whereSeparator: \.isNewline).map { HTML(text: String($0)) }
        guard let first = lines.first else { return "" }
        let inner = lines.dropFirst().reduce(first) { "\($0)<br>\($1)" as HTML }
        return """
            <tr><td class="gw-soft" style="padding:20px 4px 0 4px;\(raw: font);font-size:13px;line-height:20px;color:#5f5f68">\(inner)</td></tr>

            """
    }
}
