public import GroundworkCore

/// The key of an advisory lock that a run shares with jobs of your own: none of them runs during a backup that takes the
/// same key.
///
/// A job takes it in the database that is backed up, by `SELECT pg_advisory_lock(42)` for the key `42`, and by `SELECT
/// pg_advisory_lock(hashtextextended('nightly', 0))` for the key `nightly` (PostgreSQL 11 and newer; documentation,
/// section 9.28.10). Jobs that may run beside each other take it by `pg_advisory_lock_shared`.
public struct SharedLockKey: TextParsable, Hashable, CustomStringConvertible {
    /// What is expected, for the messages of configuration readers.
    public static let expectedText = "a number, or a name such as nightly"
    private static let limit = 200

    /// The key as it was written.
    public let description: String
    /// The key as an expression of SQL.
    let expression: String

    private init(_ description: String, expression: String) {
        self.description = description
        self.expression = expression
    }

    /// Takes a number as the key itself.
    public init(_ number: Int64) { self.init("\(number)", expression: "('\(number)'::bigint)") }

    /// Reads a number of 64 bits, or a name of up to 200 signs of ASCII.
    /// - Throws: `TextParsingError`.
    public init(parsing text: String) throws(TextParsingError) {
        let text = text.trimmingASCIIWhitespace()
        guard !text.isEmpty else { throw TextParsingError("it is empty") }
        if let number = Int64(text) {
            self.init(number)
            return
        }
        guard !text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D }) else {
            throw TextParsingError("a number must fit into 64 bits")
        }
        guard text.utf8.count <= Self.limit else { throw TextParsingError("it is longer than \(Self.limit) bytes") }
        // The hash is that of the bytes in the database's encoding.
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw TextParsingError("a name has letters, digits and signs of ASCII only")
        }
        self.init(text, expression: "pg_catalog.hashtextextended(\(SQL.literal(text)), 0)")
    }
}
