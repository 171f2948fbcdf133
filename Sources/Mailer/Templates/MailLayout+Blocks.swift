extension MailLayout {
    /// A piece as HTML.
    static func html(_ block: MailContent.Block, _ context: MailTemplateContext) -> HTML {
        switch block.kind {
        case .heading(let text):
            return """
                <h1 class="gw-text" style="margin:0 0 16px 0;\(raw: font);font-size:24px;line-height:30px;font-weight:bold;color:#18181b">\(text)</h1>

                """
        case .paragraph(let html):
            return """
                <p class="gw-text" style="margin:0 0 16px 0;\(raw: font);font-size:16px;line-height:24px;color:#18181b">\(html)</p>

                """
        case .note(let html):
            return """
                <p class="gw-soft" style="margin:16px 0 0 0;\(raw: font);font-size:14px;line-height:21px;color:#5f5f68">\(html)</p>

                """
        case .code(let text):
            return """
                <table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 20px 0">
                <tr><td class="gw-well gw-text" bgcolor="#f4f4f5" style="padding:12px 20px;background-color:#f4f4f5;border-radius:8px;font-family:Menlo,Consolas,monospace;font-size:28px;line-height:36px;letter-spacing:4px;color:#18181b">\(text)</td></tr>
                </table>

                """
        case .button(let label, let link): return button(label, link, context)
        case .table(let rows): return table(rows, context)
        case .raw(let html): return html
        }
    }

    private static func button(_ label: String, _ link: MailLink, _ context: MailTemplateContext) -> HTML {
        let color = context.brand.color
        return """
            <table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:24px 0">
            <tr><td align="center" bgcolor="\(color.description)" style="background-color:\(color.description);border-radius:8px;mso-padding-alt:13px 26px">
            <a href="\(link)" rel="noreferrer" style="display:inline-block;padding:13px 26px;\(raw: font);font-size:16px;line-height:22px;font-weight:bold;color:\(color.contrast.description);text-decoration:none">\(label)</a>
            </td></tr>
            </table>
            <p class="gw-soft" style="margin:0;\(raw: font);font-size:14px;line-height:21px;color:#5f5f68">\(context.phrase(.copyLink))<br><a href="\(link)" rel="noreferrer" class="gw-soft" style="color:#5f5f68;text-decoration:underline;word-break:break-all">\(link)</a></p>

            """
    }

    private static func table(_ rows: [(name: String, value: String)], _ context: MailTemplateContext) -> HTML {
        let side = context.locale.isRightToLeft ? "right" : "left"
        let cell = "padding:9px 8px;border-bottom:1px solid #e4e4e7;\(font);font-size:14px;line-height:20px"
        let inner: HTML = rows.map { row -> HTML in
            """
            <tr><th scope="row" class="gw-soft gw-line" align="\(side)" valign="top" width="34%" style="\(raw: cell);font-weight:normal;color:#5f5f68">\(row.name)</th><td class="gw-text gw-line" valign="top" style="\(raw: cell);color:#18181b;word-break:break-word">\(row.value)</td></tr>

            """
        }.reduce("") { $0 + $1 }
        return """
            <table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:4px 0 20px 0">
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
