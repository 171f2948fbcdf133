/// Replaces the references of one value.
///
/// A reference sees the process and earlier lines, and what it finds is not expanded again: no cycle can arise.
struct DotEnvExpander {
    /// Why a template cannot be expanded.
    enum Failure: Error {
        case invalid, unset, tooDeep, tooLong
    }

    let maximumBytes: Int
    let maximumDepth: Int
    let value: (String) -> String?

    var template: [UInt8] = []
    var index = 0
    var result: [UInt8] = []

    init(maximumBytes: Int, maximumDepth: Int, value: @escaping (String) -> String?) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
        self.value = value
    }

    /// Expands as Compose and shells do: `$NAME`, `${NAME}`, the operators, `$$` for one `$`.
    mutating func expand(_ text: String) throws(Failure) -> String {
        begin(text)
        try expandText(depth: 0, isUsed: true)
        return String(decoding: result, as: UTF8.self)
    }

    mutating func begin(_ text: String) {
        template = Array(text.utf8)
        index = 0
        result = []
    }

    /// Expands until the brace that closes the reference around it, or to the end outside any.
    private mutating func expandText(depth: Int, isUsed: Bool) throws(Failure) {
        guard depth <= maximumDepth else { throw .tooDeep }
        while index < template.count {
            let byte = template[index]
            if byte == 0x7D, depth > 0 { return }
            if byte == 0x24 {
                try expandReference(depth: depth, isUsed: isUsed)
            } else {
                if isUsed { try append([byte]) }
                index += 1
            }
        }
        if depth > 0 { throw .invalid }
    }

    private mutating func expandReference(depth: Int, isUsed: Bool) throws(Failure) {
        let next = byte(at: index + 1)
        if next == 0x24 {
            if isUsed { try append([0x24]) }
            index += 2
        } else if next == 0x7B, byte(at: index + 2) == 0x7B {
            try copyRailwayReference(isUsed: isUsed)
        } else if next == 0x7B {
            index += 2
            let name = takeName()
            guard !name.isEmpty else { throw .invalid }
            try expandBraces(value(name), depth: depth, isUsed: isUsed)
        } else {
            index += 1
            let name = takeName()
            guard !name.isEmpty else { throw .invalid }
            if isUsed { try append(value(name) ?? "") }
        }
    }

    private mutating func expandBraces(_ found: String?, depth: Int, isUsed: Bool) throws(Failure) {
        if byte(at: index) == 0x7D {
            index += 1
            if isUsed { try append(found ?? "") }
            return
        }
        let countsEmpty = byte(at: index) == 0x3A
        if countsEmpty { index += 1 }
        let operation = byte(at: index)
        index += 1
        let isSet = found.map { !(countsEmpty && $0.isEmpty) } ?? false
        switch operation {
        case 0x2D:
            if isUsed, isSet { try append(found ?? "") }
            try expandText(depth: depth + 1, isUsed: isUsed && !isSet)
        case 0x2B:
            try expandText(depth: depth + 1, isUsed: isUsed && isSet)
        case 0x3F:
            if isUsed, !isSet { throw .unset }
            if isUsed { try append(found ?? "") }
            try expandText(depth: depth + 1, isUsed: false)
        default:
            throw .invalid
        }
        index += 1
    }

    mutating func copyRailwayReference(isUsed: Bool) throws(Failure) {
        let start = index
        index += 3
        while index + 1 < template.count {
            if template[index] == 0x7D, template[index + 1] == 0x7D {
                index += 2
                if isUsed { try append(template[start..<index]) }
                return
            }
            index += 1
        }
        throw .invalid
    }

    private mutating func takeName() -> String {
        let start = index
        while index < template.count, template[index].isNameByte, index > start || !template[index].isDigit {
            index += 1
        }
        return String(decoding: template[start..<index], as: UTF8.self)
    }

    func byte(at index: Int) -> UInt8 { index < template.count ? template[index] : 0 }

    mutating func append(_ text: String) throws(Failure) { try append(Array(text.utf8)) }

    mutating func append(_ bytes: some Collection<UInt8>) throws(Failure) {
        guard bytes.count <= maximumBytes - result.count else { throw .tooLong }
        result.append(contentsOf: bytes)
    }
}
