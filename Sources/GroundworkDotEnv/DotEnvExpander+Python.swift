extension DotEnvExpander {
    /// Expands as python-dotenv does: `${NAME}` and `${NAME:-default}` alone, and anything else is text.
    mutating func expandPython(_ text: String) throws(Failure) -> String {
        begin(text)
        // Looked up once each, else a text of nothing but `${` would take time in the square of its length.
        let lastBrace = template.lastIndex(of: 0x7D) ?? -1
        let lastDoubleBrace =
            template.indices.dropLast().last { template[$0] == 0x7D && template[$0 + 1] == 0x7D } ?? -1
        var stop = -1
        while index < template.count {
            guard byte(at: index) == 0x24, byte(at: index + 1) == 0x7B, index < lastBrace else {
                try append(template[index...index])
                index += 1
                continue
            }
            if byte(at: index + 2) == 0x7B, index + 3 <= lastDoubleBrace {
                try copyRailwayReference(isUsed: true)
                continue
            }
            if stop < index + 2 {
                stop = index + 2
                while stop < template.count, template[stop] != 0x7D, template[stop] != 0x3A { stop += 1 }
            }
            try expandPythonReference(nameEnd: stop)
        }
        return String(decoding: result, as: UTF8.self)
    }

    private mutating func expandPythonReference(nameEnd: Int) throws(Failure) {
        let name = String(decoding: template[(index + 2)..<nameEnd], as: UTF8.self)
        var end = nameEnd
        var fallback: ArraySlice<UInt8> = []
        if byte(at: end) == 0x3A, byte(at: end + 1) == 0x2D {
            let start = end + 2
            end = start
            while end < template.count, template[end] != 0x7D { end += 1 }
            fallback = template[start..<end]
        }
        guard byte(at: end) == 0x7D else {
            // No reference after all.
            try append(template[index...index])
            index += 1
            return
        }
        if let found = value(name) { try append(found) } else { try append(fallback) }
        index = end + 1
    }
}
