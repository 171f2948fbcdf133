/// The names of the members of all open objects, to notice one that stands twice.
///
/// Names are kept as places in the text, and the first of them without memory of their own: an object of usual size costs
/// no allocation.
struct JSONNames {
    private struct Name {
        /// Where it begins in the text, or its index among the decoded ones.
        var start: Int32 = 0
        var length: Int32 = 0
        var isDecoded = false
    }

    private static let inlineCount = 24
    private var first = InlineArray<24, Name>(repeating: Name())
    private var more: [Name] = []
    private var decoded: [[UInt8]] = []
    private(set) var count = 0

    /// Remembers a name; false when it was seen since `base`.
    mutating func insert(_ key: JSONKey, since base: Int, isDecoded: Bool, of bytes: [UInt8]) -> Bool {
        for index in base..<count where isEqual(key, self[index], bytes) { return false }
        var name = Name(length: Int32(truncatingIfNeeded: key.range.count), isDecoded: isDecoded)
        if isDecoded {
            name.start = Int32(truncatingIfNeeded: decoded.count)
            decoded.append(key.bytes)
        } else {
            name.start = Int32(truncatingIfNeeded: key.range.lowerBound)
        }
        if count < Self.inlineCount { first[count] = name } else { more.append(name) }
        count += 1
        return true
    }

    /// Forgets the names of an object that ends.
    mutating func removeAll(since base: Int) {
        while count > base {
            count -= 1
            let name = self[count]
            if name.isDecoded { decoded.removeLast() }
            if count >= Self.inlineCount { more.removeLast() }
        }
    }

    private subscript(index: Int) -> Name {
        index < Self.inlineCount ? first[index] : more[index - Self.inlineCount]
    }

    private func isEqual(_ key: JSONKey, _ name: Name, _ bytes: [UInt8]) -> Bool {
        guard key.range.count == Int(name.length) else { return false }
        if name.isDecoded { return key.bytes[key.range] == decoded[Int(name.start)][...] }
        let start = Int(name.start)
        return key.bytes[key.range] == bytes[start..<start + Int(name.length)]
    }
}

/// The name of a member, compared without being copied.
package struct JSONKey: Sendable {
    let bytes: [UInt8]
    let range: Range<Int>

    /// The name as text.
    package var text: String { String(decoding: bytes[range], as: UTF8.self) }

    package static func ~= (name: StaticString, key: JSONKey) -> Bool {
        guard name.utf8CodeUnitCount == key.range.count else { return false }
        var index = 0
        for position in key.range {
            let letter = unsafe name.utf8Start[index]
            guard key.bytes[position] == letter else { return false }
            index += 1
        }
        return true
    }
}
