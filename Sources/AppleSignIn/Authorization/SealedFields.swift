/// Texts in a row, each with its length before it, four bytes big-endian: what is encrypted in sealed values.
enum SealedFields {
    static func encode(_ fields: [String]) -> [UInt8] {
        var result: [UInt8] = []
        for field in fields {
            let utf8 = Array(field.utf8)
            for shift in [24, 16, 8, 0] { result.append(UInt8(truncatingIfNeeded: utf8.count >> shift)) }
            result += utf8
        }
        return result
    }

    static func decode(_ bytes: [UInt8]) -> [String]? {
        var fields: [String] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.count >= 4 else { return nil }
            let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard rest.count >= count, let text = String(validating: rest.prefix(count), as: UTF8.self) else {
                return nil
            }
            fields.append(text)
            rest = rest.dropFirst(count)
        }
        return fields
    }
}
