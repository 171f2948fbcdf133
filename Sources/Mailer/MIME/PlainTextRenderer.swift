/// Lays out the text of HTML: paragraphs, lists, links, and tables whose rows become lines.
struct PlainTextRenderer {
    private static let paragraphs: Set<String> = [
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "figure", "dl",
    ]
    private static let lines: Set<String> = [
        "div", "tr", "li", "section", "article", "header", "footer", "main", "nav", "address", "center", "dt", "dd",
        "body", "html", "tbody", "thead", "tfoot", "form", "fieldset", "caption",
    ]
    /// How deep lists are counted and indented; deeper ones look like this one.
    private static let maximumDepth = 16

    private var output = ""
    /// Line ends owed before the next text.
    private var pendingBreaks = 0
    private var needsSpace = false
    private var lists: [Int?] = []
    private var links: [(url: String, start: String.Index)] = []
    private var cells = 0
    private var preformatted = 0
    private var open = HTMLOpenElements()

    mutating func take(_ token: HTMLTokenizer.Token) {
        switch token {
        case .text(let text): if !open.isHidden { append(text) }
        case .start(let name, let attributes): start(name, attributes)
        case .end(let name): end(name)
        }
    }

    /// The whole text, with one line end at its end.
    mutating func finished() -> String {
        while !links.isEmpty { closeLink() }
        let trimmed = output.trimmingASCIIWhitespace()
        return trimmed.isEmpty ? "" : trimmed + "\n"
    }

    private mutating func start(_ name: String, _ attributes: [String: String]) {
        let isHidden = Self.isHidden(attributes)
        open.start(name, isHidden: isHidden)
        if isHidden || open.isHidden { return }
        switch name {
        case "br": lineBreak()
        case "hr":
            breaks(2)
            append("----------")
            breaks(2)
        case "img":
            if let text = attributes["alt"], !text.isEmpty { append(text) }
        case "a":
            flushSpace()
            links.append((attributes["href"] ?? "", output.endIndex))
            if links.count > Self.maximumDepth { links.removeFirst() }
        case "ul", "ol":
            breaks(lists.isEmpty ? 2 : 1)
            if lists.count < Self.maximumDepth { lists.append(name == "ol" ? 1 : nil) }
        case "li": startItem()
        case "tr":
            breaks(1)
            cells = 0
        case "td", "th":
            if cells > 0, pendingBreaks == 0, !output.isEmpty { separateCells() }
            cells += 1
        case "pre":
            breaks(2)
            preformatted += 1
        default: blockBreak(name)
        }
    }

    private mutating func end(_ name: String) {
        if open.end(name) { return }
        switch name {
        case "a": closeLink()
        case "ul", "ol":
            if !lists.isEmpty { lists.removeLast() }
            breaks(lists.isEmpty ? 2 : 1)
        case "pre":
            preformatted = max(0, preformatted - 1)
            breaks(2)
        case "td", "th": needsSpace = true
        default: blockBreak(name)
        }
    }

    private mutating func blockBreak(_ name: String) {
        if Self.paragraphs.contains(name) { breaks(2) } else if Self.lines.contains(name) { breaks(1) }
    }

    private mutating func startItem() {
        breaks(1)
        flushBreaks()
        output += String(repeating: "  ", count: max(0, lists.count - 1))
        if let number = lists.last ?? nil {
            output += "\(number). "
            lists[lists.count - 1] = number + 1
        } else {
            output += "* "
        }
    }

    private mutating func separateCells() {
        needsSpace = false
        if !(output.unicodeScalars.last?.properties.isWhitespace ?? true) { output += "  " }
    }

    /// The address behind the link's text, unless the text is the address.
    private mutating func closeLink() {
        guard let link = links.popLast() else { return }
        let url = link.url.trimmingASCIIWhitespace()
        let scheme = url.lowercasedASCII()
        guard scheme.hasPrefix("https:") || scheme.hasPrefix("http:") || scheme.hasPrefix("mailto:") else { return }
        let shown = scheme.hasPrefix("mailto:") ? String(url.dropFirst(7)) : url
        let label = link.start <= output.endIndex ? String(output[link.start...]).trimmingASCIIWhitespace() : ""
        if label == shown || label == url { return }
        append(label.isEmpty ? " \(shown) " : " (\(shown))")
    }

    private mutating func append(_ text: String) {
        if preformatted > 0 {
            flushBreaks()
            output += text
            return
        }
        for scalar in text.unicodeScalars {
            // A space that must not break is a space all the same; characters that show nothing are left out.
            switch scalar.value {
            case 0x20, 0x09, 0x0A, 0x0D, 0x0C, 0xA0: needsSpace = true
            case 0x200B, 0xFEFF, 0xAD, 0x34F: break
            default:
                flushSpace()
                output.unicodeScalars.append(MailText.isControl(scalar) ? " " : scalar)
            }
        }
    }

    private mutating func flushSpace() {
        if pendingBreaks > 0 {
            flushBreaks()
        } else if needsSpace, !(output.unicodeScalars.last?.properties.isWhitespace ?? true) {
            output += " "
        }
        needsSpace = false
    }

    private mutating func flushBreaks() {
        while output.unicodeScalars.last == " " { output.unicodeScalars.removeLast() }
        if !output.isEmpty { output += String(repeating: "\n", count: pendingBreaks) }
        pendingBreaks = 0
        needsSpace = false
    }

    private mutating func breaks(_ count: Int) {
        pendingBreaks = max(pendingBreaks, count)
        needsSpace = false
    }

    private mutating func lineBreak() {
        pendingBreaks = min(2, pendingBreaks + 1)
        needsSpace = false
    }

    /// What the HTML itself hides, such as the preview text of a newsletter.
    private static func isHidden(_ attributes: [String: String]) -> Bool {
        if attributes["hidden"] != nil { return true }
        guard let style = attributes["style"] else { return false }
        return style.lowercasedASCII().removingASCIIWhitespace().firstRange(of: "display:none") != nil
    }
}
