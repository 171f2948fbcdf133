/// Lays out what a mail says: tables with inline styles, readable on a phone and in the dark, and a plain text.
///
/// One style sheet stands in the head, for the colours in the dark; programs that drop it show the light colours.
enum MailLayout {
    static let font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

    /// The whole document.
    static func html(_ content: MailContent, _ context: MailTemplateContext) -> HTML {
        let brand = context.brand
        let blocks: HTML = content.blocks.map { html($0, context) }.reduce("") { $0 + $1 }
        return """
            <!DOCTYPE html>
            <html lang="\(context.locale.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="supported-color-schemes" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>\(content.subject)</title>
            <style>
            @media (prefers-color-scheme: dark) {
            .gw-page { background-color: #18181b !important; }
            .gw-card { background-color: #27272a !important; }
            .gw-text { color: #f4f4f5 !important; }
            .gw-soft { color: #a1a1aa !important; }
            .gw-line { border-color: #3f3f46 !important; }
            }
            </style>
            </head>
            <body class="gw-page" style="margin:0;padding:0;background-color:#f4f4f5">
            \(preview(content))
            <table role="presentation" class="gw-page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f4f4f5">
            <tr><td align="center" style="padding:24px 12px">
            <table role="presentation" class="gw-card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;background-color:#ffffff;border-radius:8px">
            <tr><td style="padding:28px 28px 0 28px">\(logo(brand))</td></tr>
            <tr><td style="padding:20px 28px 28px 28px">
            \(blocks)</td></tr>
            </table>
            \(footer(context))</td></tr>
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

    private static func preview(_ content: MailContent) -> HTML {
        var text = content.preview
        if text.isEmpty {
            for case .paragraph(let html) in content.blocks.map(\.kind) {
                text = PlainText.from(html: html.source).trimmingASCIIWhitespace()
                break
            }
        }
        return """
            <div style="display:none;max-height:0;overflow:hidden;font-size:1px;line-height:1px;color:#f4f4f5">\(text)</div>
            """
    }

    private static func logo(_ brand: MailBrand) -> HTML {
        let inner: HTML
        if let logo = brand.logo {
            inner = """
                <img src="\(logo)" alt="\(brand.name)" width="\(brand.logoWidth)" border="0" style="display:block;border:0">
                """
        } else {
            inner = "\(brand.name)"
        }
        return """
            <a href="\(brand.appURL.text)" class="gw-text" style="\(raw: font);font-size:18px;font-weight:bold;color:#18181b;text-decoration:none">\(inner)</a>
            """
    }

    private static func footer(_ context: MailTemplateContext) -> HTML {
        let brand = context.brand
        var lines: [HTML] = []
        if let address = brand.supportAddress {
            lines.append("\(context.phrase(.support, ["address": address.wireText]))")
        }
        if !brand.footer.isEmpty { lines.append("\(brand.footer)") }
        guard !lines.isEmpty else { return "" }
        let inner = lines.dropFirst().reduce(lines[0]) { "\($0)<br>\($1)" as HTML }
        return """
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px">
            <tr><td align="center" class="gw-soft" style="padding:16px 28px;\(raw: font);font-size:12px;line-height:18px;color:#71717a">\(inner)</td></tr>
            </table>

            """
    }
}
