/// A mail's HTML as one of the frames shows it.
enum PreviewFrame {
    /// The document as a reader in light or dark sees it, whatever the browser prefers, with the pictures that are known.
    static func document(_ html: String, dark: Bool, images: [MailLink: MailPreview.Image]) -> String {
        var result = html
        for scheme in ["dark", "light"] {
            // Conditions that are always true or never.
            let condition = (scheme == "dark") == dark ? "(min-width: 0)" : "(max-width: 0)"
            for written in ["(prefers-color-scheme: \(scheme))", "(prefers-color-scheme:\(scheme))"] {
                result = result.replacing(written, with: condition)
            }
        }
        for (link, image) in images { result = result.replacing(HTML.escaped(link.text), with: image.source) }
        // Without a source a browser shows the alt text, as mail programs do before they load pictures.
        for scheme in ["https:", "http:", "cid:"] {
            result = result.replacing(" src=\"\(scheme)", with: " data-src=\"\(scheme)")
            result = result.replacing(" src='\(scheme)", with: " data-src='\(scheme)")
        }
        // A mail without colours for the dark stands on white there too.
        if html.firstRange(of: "prefers-color-scheme") == nil {
            result = "<!DOCTYPE html><style>html{background:#fff}</style>\(result)"
        }
        return result
    }

    /// A text page for messages without HTML.
    static func document(text: String, dark: Bool) -> String {
        let (page, ink) = dark ? ("#18181b", "#f4f4f5") : ("#ffffff", "#18181b")
        let document: HTML = """
            <!DOCTYPE html><html><body style="margin:0;padding:24px;background:\(page);color:\(ink)"><pre style="margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.5 ui-monospace,Menlo,Consolas,monospace">\(text)</pre></body></html>
            """
        return document.source
    }
}
