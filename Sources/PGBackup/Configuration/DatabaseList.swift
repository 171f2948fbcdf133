import GroundworkCore

/// Which databases are backed up: one, several, or all of a server.
///
/// Written as one or more database URLs with white space or commas between them. A URL whose database is `*` stands for all
/// databases of its server that can be connected to, templates left out: `postgres://backup:secret@db.example.com/*`.
public struct DatabaseList: TextParsable, Hashable {
    /// What is expected, for the messages of configuration readers.
    public static let expectedText = "one or more PostgreSQL URLs; the database * stands for all of a server"
    private static let limit = 1000

    /// The URLs as they were written.
    public var urls: [DatabaseURL]
    /// Databases that `*` does not stand for.
    public var excluded: Set<String> = []
    /// The same by patterns, such as `scratch_*`.
    public var excludedPatterns = DatabasePatterns()

    /// A list of databases.
    public init(_ urls: [DatabaseURL]) { self.urls = urls }

    /// Reads a list.
    /// - Throws: `TextParsingError` that tells which URL it is; it holds nothing of the URL.
    public init(parsing text: String) throws(TextParsingError) {
        var urls: [DatabaseURL] = []
        for piece in Self.pieces(of: text) {
            do {
                urls.append(try DatabaseURL(parsing: piece))
            } catch {
                throw TextParsingError("the URL number \(urls.count + 1) is wrong: \(error.reason)")
            }
        }
        guard !urls.isEmpty else { throw TextParsingError("it names no database") }
        guard urls.count <= Self.limit else { throw TextParsingError("it names more than \(Self.limit) databases") }
        self.urls = urls
    }

    /// Whether `*` does not stand for a database.
    func isExcluded(_ name: String) -> Bool { excluded.contains(name) || excludedPatterns.match(name) }

    /// Whether a URL stands for all databases of its server.
    static func isForAll(_ url: DatabaseURL) -> Bool { url.database == "*" }

    /// A comma may stand between the hosts of one URL too, so it ends a URL only where another one begins. What does not
    /// begin with a scheme is one connection string of libpq's, with spaces in it.
    private static func pieces(of text: String) -> [String] {
        let schemes = ["postgres://", "postgresql://"]
        let trimmed = text.trimmingASCIIWhitespace()
        guard schemes.contains(where: { trimmed.hasPrefix($0) }) else { return trimmed.isEmpty ? [] : [trimmed] }
        var pieces: [String] = []
        for word in trimmed.split(whereSeparator: { $0.isWhitespace }) {
            var parts: [String] = []
            for part in word.split(separator: ",", omittingEmptySubsequences: false) {
                if schemes.contains(where: { part.hasPrefix($0) }) || parts.isEmpty {
                    parts.append(String(part))
                } else {
                    parts[parts.count - 1] += ",\(part)"
                }
            }
            // A comma before white space.
            pieces += parts.map { $0.last == "," ? String($0.dropLast()) : $0 }.filter { !$0.isEmpty }
        }
        return pieces
    }
}
