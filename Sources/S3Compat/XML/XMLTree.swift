/// An element that is kept as it is, without attributes: what a document holds beyond what this version knows.
struct XMLTree: Sendable, Hashable {
    var name: String
    var text = ""
    var children: [XMLTree] = []

    /// Reads the element that was just begun, and its end tag. The reader's own limits bound its size.
    init(_ name: String, _ reader: inout XMLReader) throws(XMLError) {
        self.name = name
        while let event = try reader.next() {
            switch event {
            case .start(let name, _): children.append(try XMLTree(XMLReader.localName(name), &reader))
            case .end:
                // White space between elements says nothing.
                if !children.isEmpty { text = "" }
                return
            case .text(let piece): text += piece
            }
        }
        throw XMLError(.truncated, at: reader.position)
    }

    func write(_ writer: inout XMLWriter) {
        guard !children.isEmpty else {
            writer.element(name, text)
            return
        }
        writer.element(name) { writer in for child in children { child.write(&writer) } }
    }

    /// The text of the only child, if it has this name.
    func onlyChild(_ name: String) -> String? {
        guard children.count == 1, let child = children.first, child.name == name, child.children.isEmpty else {
            return nil
        }
        return child.text
    }
}
