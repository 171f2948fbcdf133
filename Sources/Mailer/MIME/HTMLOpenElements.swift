/// The elements that are open at a place in HTML, with the ends that may be left out (HTML, sections 13.1.2.4 and 13.2.6), as far
/// as it takes to know where a hidden element ends.
struct HTMLOpenElements {
    /// Beyond these, elements are counted only.
    private static let maximumDepth = 256
    /// Elements without an end.
    private static let void: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    ]
    /// Ends inside of these concern nothing outside.
    private static let cells: Set<String> = ["table", "td", "th", "caption"]
    private static let tableParts: Set<String> = ["td", "th", "tr", "tbody", "thead", "tfoot", "caption", "colgroup"]
    /// Blocks: each ends the paragraph before it, and the end of what is no block does not reach beyond it.
    private static let blocks: Set<String> = [
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dir", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "html",
        "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "ul",
    ]

    private static let cellsAndBlocks = cells.union(blocks)
    private static let cellsAndLists = cells.union(["ul", "ol", "dl"])
    private static let row: Set<String> = ["tr", "td", "th", "caption", "colgroup"]
    private static let tableBodies: Set<String> = ["table", "tbody", "thead", "tfoot"]

    private var names: [String] = []
    private var beyond = 0
    /// The place of the outermost hidden element.
    private var hidden: Int?

    /// Whether the place is inside a hidden element.
    var isHidden: Bool { hidden != nil }

    /// Takes a start tag: ends what ends with it, and opens its element.
    mutating func start(_ name: String, isHidden: Bool) {
        if let place = impliedEnd(name) { cut(to: place) }
        guard !Self.void.contains(name) else { return }
        guard names.count < Self.maximumDepth else { return beyond += 1 }
        if isHidden, hidden == nil { hidden = names.count }
        names.append(name)
    }

    /// Takes an end tag; one without its element changes nothing.
    /// - Returns: whether what it ends is hidden, or the place at which it ends nothing.
    mutating func end(_ name: String) -> Bool {
        guard beyond == 0 else {
            beyond -= 1
            return isHidden
        }
        guard let place = place(of: name) else { return isHidden }
        let isOfHidden = hidden.map { place >= $0 } ?? false
        cut(to: place)
        return isOfHidden
    }

    private mutating func cut(to count: Int) {
        names.removeSubrange(count...)
        beyond = 0
        if let hidden, hidden >= count { self.hidden = nil }
    }

    /// The element that an end tag closes.
    private func place(of name: String) -> Int? {
        switch name {
        case "table": names.lastIndex(of: name)
        case _ where Self.tableParts.contains(name): last([name], within: ["table"])
        case "li": last([name], within: Self.cellsAndLists)
        case _ where Self.blocks.contains(name): last([name], within: Self.cells)
        default: last([name], within: Self.cellsAndBlocks)
        }
    }

    /// The element whose end is left out before such a start tag.
    private func impliedEnd(_ name: String) -> Int? {
        switch name {
        case "td", "th": last(["td", "th", "caption"], within: ["table", "tr"])
        case "tr": first(Self.row, within: Self.tableBodies)
        case "tbody", "thead", "tfoot": first(Self.tableParts, within: ["table"])
        case "li": last(["li"], within: Self.cellsAndLists) ?? paragraph
        case "dt", "dd": last(["dt", "dd"], within: Self.cellsAndLists) ?? paragraph
        case "a", "option": last([name], within: Self.cellsAndBlocks)
        default: Self.blocks.contains(name) ? paragraph : nil
        }
    }

    private var paragraph: Int? { last(["p"], within: Self.cells) }

    /// The innermost of these elements that is inside the innermost of `scope`.
    private func last(_ wanted: Set<String>, within scope: Set<String>) -> Int? {
        guard let place = names.lastIndex(where: { wanted.contains($0) || scope.contains($0) }) else { return nil }
        return wanted.contains(names[place]) ? place : nil
    }

    /// The outermost of these elements that is inside the innermost of `scope`.
    private func first(_ wanted: Set<String>, within scope: Set<String>) -> Int? {
        let start = names.lastIndex(where: scope.contains).map { $0 + 1 } ?? 0
        return names[start...].firstIndex(where: wanted.contains)
    }
}
