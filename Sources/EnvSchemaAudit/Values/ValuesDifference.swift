import GroundworkBase

/// How two sources of one service differ, by name and never by value.
public struct ValuesDifference: Sendable, Hashable, Codable {
    /// Names that only the first source has.
    public var onlyFirst: [String] = []
    /// Names that only the second source has.
    public var onlySecond: [String] = []
    /// Names whose texts differ.
    public var different: [String] = []
    /// Names of which one source keeps the text to itself.
    public var unverified: [String] = []
    /// Names whose texts are the same.
    public var same: [String] = []

    /// Whether nothing is known to differ.
    public var isEmpty: Bool { onlyFirst.isEmpty && onlySecond.isEmpty && different.isEmpty }

    /// Compares two sources.
    public init(_ first: ServiceValues, _ second: ServiceValues) {
        for name in Set(first.variables.keys).union(second.variables.keys).sorted() {
            switch (first.variables[name], second.variables[name]) {
            case (let left?, let right?):
                switch (left.text, right.text) {
                case (let left?, let right?) where left == right: same.append(name)
                case (.some, .some): different.append(name)
                default: unverified.append(name)
                }
            case (_?, nil): onlyFirst.append(name)
            default: onlySecond.append(name)
            }
        }
    }

    /// The difference in lines: `-` only in the first, `+` only in the second, `~` different, `?` not comparable.
    public var text: String {
        var lines: [(name: String, line: String)] = []
        for (mark, names) in [("-", onlyFirst), ("+", onlySecond), ("~", different), ("?", unverified)] {
            lines += names.map { ($0, "\(mark) \(VisibleText.line($0))") }
        }
        return lines.sorted { $0.name < $1.name }.map { $0.line + "\n" }.joined()
    }
}
