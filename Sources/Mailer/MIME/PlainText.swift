/// Plain text made from HTML, for readers that show no HTML.
enum PlainText {
    /// The text of an HTML document: links with their addresses, lists and tables readable, no styles and scripts.
    static func from(html: String) -> String {
        var renderer = PlainTextRenderer()
        var tokenizer = HTMLTokenizer(html)
        while let token = tokenizer.next() { renderer.take(token) }
        return renderer.finished()
    }
}
