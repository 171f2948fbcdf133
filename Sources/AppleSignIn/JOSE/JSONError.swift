/// Why bytes are not the JSON that is accepted here. It never repeats any of them.
package struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    package let reason: String
    /// Where, in bytes from 0.
    package let offset: Int

    package init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String { "\(reason) (at byte \(offset))" }
}

/// How much JSON is read at most.
package struct JSONLimits: Sendable, Hashable {
    /// The length of the whole text in bytes.
    package var maximumBytes = 64 * 1024
    /// Arrays and objects within each other.
    package var maximumDepth = 16
    /// Members of one object.
    package var maximumMembers = 256

    package init() {}
}
