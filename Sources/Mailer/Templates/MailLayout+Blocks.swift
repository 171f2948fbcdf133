extension MailLayout {
    /// A piece as HTML.
    static func html(_ block: MailContent.Block, _ context: MailTemplateContext) -> HTML {
        switch block.kind {
        case .heading(let text):
            return """
                <h1 class="gw-text" style="margin:0 0 16px 0;\(raw: font);font-size:22px;line-height:28px;font-weight:bold;color:#18181b">\(text)</h1>

                """
        case .paragraph(let html):
            return """
                <p class="gw-text" style="margin:0 0 16px 0;\(raw: font);font-size:16px;line-height:24px;color:#18181b">\(html)</p>

                """
        case .note(let html):
            return """
                <p class="gw-soft" style="margin:16px 0 0 0;\(raw: font);font-size:13px;line-height:20px;color:#71717a">\(html)</p>

                """
        case .code(let text):
            return """
                <p class="gw-text" style="margin:0 0 16px 0;font-family:Menlo,Consolas,monospace;font-size:28px;line-height:36px;letter-spacing:4px;color:#18181b">\(text)</p>

                """
        case .button(let label, let link): return button(label, link, context)
        case .table(let rows): return table(rows)
        case .raw(let html): return html
        }
    }

    private static func button(_ label: String, _ link: MailLink, _ context: MailTemplateContext) -> HTML {
        let color = context.brand.color
        return """
            <table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 20px 0">
            <tr><td align="center" bgcolor="\(color.description)" style="background-color:\(color.description);border-radius:6px">
            <a href="\(link)" rel="noreferrer" style="display:inline-block;padding:12px 24px;\(raw: font);font-size:16px;line-height:24px;font-weight:bold;color:\(color.contrast.description);text-decoration:none">\(label)</a>
            </td></tr>
            </table>
            <p class="gw-soft" style="margin:0;\(raw: font);font-size:13px;line-height:20px;color:#71717a;word-break:break-all">\(context.phrase(.copyLink))<br><a href="\(link)" rel="noreferrer" class="gw-soft" style="color:#71717a">\(link)</a></p>

            """
    }

    private static func table(_ rows: [(name: String, value: String)]) -> HTML {
        let inner: HTML = rows.map { row -> HTML in
            """
            <tr><td class="gw-soft gw-line" style="padding:8px 12px 8px 0;border-bottom:1px solid #e4e4e7;\(raw: font);font-size:14px;line-height:20px;color:#71717a">\(row.name)</td><td class="gw-text gw-line" style="padding:8px 0;border-bottom:1px solid #e4e4e7;\(raw: font);font-size:14px;line-height:20px;color:#18181b">\(row.value)</td></tr>

            """
        }.reduce("") { $0 + $1 }
        return """
            <table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 20px 0">
            \(inner)</table>

            """
    }

    /// A piece as plain text.
    static func text(_ block: MailContent.Block) -> String {
        switch block.kind {
        case .heading(let text), .code(let text): MailText.replacingControls(in: text)
        case .paragraph(let html), .note(let html), .raw(let html):
            PlainText.from(html: html.source).trimmingASCIIWhitespace()
        case .button(let label, let link): "\(MailText.replacingControls(in: label)):\n\(link.text)"
        case .table(let rows):
            rows.map { MailText.replacingControls(in: "\($0.name): \($0.value)") }.joined(separator: "\n")
        }
    }
}
