/// Takes values apart as Railway does.
///
/// Parts put together again read the same; two literals never follow each other; with every reference replaced by
/// itself the value is the same but for spaces within braces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRailwayTemplate(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do {
        let template = try RailwayTemplate(parsing: bytes)
        var written = ""
        var wasLiteral = false
        for part in template.parts {
            switch part {
            case .literal(let text):
                guard !text.isEmpty, !wasLiteral else { fatalError("a literal is empty or cut") }
                written += text
            case .reference(let reference):
                guard !reference.variable.isEmpty else { fatalError("no variable") }
                written += reference.description
            case .templateFunction(let name):
                written += "${{\(name)()}}"
            }
            if case .literal = part { wasLiteral = true } else { wasLiteral = false }
        }
        guard let again = try? RailwayTemplate(parsing: written), again == template else {
            fatalError("it reads otherwise: \(written)")
        }
        if let resolved = template.resolved({ $0.description }), resolved != written { fatalError("not resolved") }
    } catch {
        guard error.offset >= 0, error.offset < count else { fatalError("no such place: \(error.offset)") }
    }
    return 0
}
