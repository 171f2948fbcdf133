/// Reads documents out of whatever the fuzzer thinks of.
///
/// Events must nest, limits must hold, and what was read and written again must read the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzS3XML(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    _ = S3ErrorDocument(input)
    guard let events = read(input) else { return 0 }
    let texts = events.compactMap { event -> String? in
        if case .text(let text) = event { text } else { nil }
    }
    var writer = XMLWriter()
    writer.element("r") { writer in
        for text in texts { writer.element("t", text) }
    }
    let again = read(writer.bytes)?.compactMap { event -> String? in
        if case .text(let text) = event { text } else { nil }
    }
    guard let again, again.elementsEqual(texts, by: { $0.utf8.elementsEqual($1.utf8) }) else {
        fatalError("texts were changed: \(texts)")
    }
    return 0
}

/// The events of a document; nil when it is refused.
private func read(_ bytes: [UInt8]) -> [XMLEvent]? {
    var limits = XMLLimits()
    limits.maximumDepth = 8
    limits.maximumAttributes = 4
    limits.maximumNameBytes = 64
    var events: [XMLEvent] = []
    var open: [String] = []
    do throws(XMLError) {
        var reader = try XMLReader(bytes, limits: limits)
        while let event = try reader.next() {
            events.append(event)
            switch event {
            case .start(let name, let attributes):
                guard !name.isEmpty, name.utf8.count <= 64, attributes.count <= 4 else {
                    fatalError("a limit is passed")
                }
                open.append(name)
                guard open.count <= 8 else { fatalError("elements are nested too deep") }
            case .end(let name):
                guard open.popLast() == name else { fatalError("an end that nothing began") }
            case .text(let text):
                guard !text.isEmpty, !open.isEmpty else { fatalError("text at the wrong place") }
            }
        }
    } catch {
        guard error.offset >= 0, error.offset <= bytes.count else { fatalError("an error at no place: \(error)") }
        return nil
    }
    guard open.isEmpty, !events.isEmpty else { fatalError("the document ended in an element") }
    return events
}
