public import GroundworkCore

/// Names of databases, some of them with signs that stand for others: `postgres, scratch_*`.
///
/// `*` stands for any signs, also none, and `?` for one. A name that has a comma, or one of these, is written with `?` in
/// its place.
public struct DatabasePatterns: TextParsable, Hashable {
    /// What is expected, for the messages of configuration readers.
    public static let expectedText = "names of databases with commas between them; * stands for any signs, ? for one"
    private static let limit = 1000

    /// The names as they were written.
    public var patterns: [String] = []

    /// No names.
    public init() {}

    /// Reads names with commas between them; white space around each is dropped.
    /// - Throws: `TextParsingError`.
    public init(parsing text: String) throws(TextParsingError) {
        patterns = text.split(separator: ",").map { $0.trimmingASCIIWhitespace() }.filter { !$0.isEmpty }
        guard !patterns.isEmpty else { throw TextParsingError("it names no database") }
        guard patterns.count <= Self.limit else { throw TextParsingError("it has more than \(Self.limit) names") }
        // PostgreSQL's names have 63 bytes at most.
        guard patterns.allSatisfy({ $0.utf8.count <= 256 }) else {
            throw TextParsingError("a name is longer than 256 bytes")
        }
    }

    /// Whether one of the names is, or stands for, that of a database. Capitals are told apart.
    public func match(_ name: String) -> Bool { patterns.contains { Self.match($0, name) } }

    /// In time that grows with the product of the lengths: what follows the last star is tried at each place.
    private static func match(_ pattern: String, _ name: String) -> Bool {
        let (pattern, name) = (Array(pattern.unicodeScalars), Array(name.unicodeScalars))
        var (next, place) = (0, 0)
        var star: (next: Int, place: Int)?
        while place < name.count {
            if next < pattern.count, pattern[next] == "*" {
                next += 1
                star = (next, place)
            } else if next < pattern.count, pattern[next] == "?" || pattern[next] == name[place] {
                next += 1
                place += 1
            } else if let last = star {
                star = (last.next, last.place + 1)
                (next, place) = (last.next, last.place + 1)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == "*" }
    }
}
