/// What the first bytes of an archive say.
package struct ArchiveHeader: Sendable, Hashable {
    /// The minor number of the archive version 1.x: 14 to 16.
    package var formatMinor: Int
    /// The database that was dumped.
    package var database: String
    /// The server's version, with free text behind the number.
    package var serverVersion: String
    /// The version of pg_dump, with free text behind the number.
    package var dumpVersion: String
}

/// An entry of an archive's table of contents, without most of its SQL. Texts are in the dump's client encoding; what is not
/// UTF-8 in them is replaced.
package struct ArchiveEntry: Sendable, Hashable {
    /// The number that blocks and `pg_restore -L` use.
    package var id: Int
    /// Whether a block of data follows.
    package var hasData: Bool
    /// `TABLE DATA`, `BLOBS`, `INDEX`, …
    package var kind: String
    /// The object's name, unquoted.
    package var name: String
    /// The schema, if any.
    package var schema: String?
    /// The statement that reads the data back; nil for dumps as INSERTs.
    package var copyStatement: String?
    /// The object's OID, in decimal digits.
    package var oid: String
    /// 1 none, 2 pre-data, 3 data, 4 post-data.
    package var section: Int
    /// The role that owns the object; nil where nobody does.
    package var owner: String?
    /// The statements of entries that name other roles: those of the kinds `ACL`, `DEFAULT ACL` and `POLICY`.
    package var definition: String?
}

/// A block of data.
package struct ArchiveBlock: Sendable, Hashable {
    /// The entry that it belongs to.
    package var entryID: Int
    /// Its bytes in the archive, from its type byte to its final zero.
    package var range: Range<Int64>
    /// The bytes of data in it, the framing left out.
    package var payloadBytes: Int64 = 0
    /// The rows of a table; nil for large objects and for dumps as INSERTs.
    package var rows: Int64?
    /// The SHA-256 of what `COPY … TO STDOUT` would give; nil where `rows` is, or when not asked for.
    package var sha256: [UInt8]?
    /// The large objects in it; nil for tables.
    package var largeObjects: Int64?
}

/// What an archive holds and where.
package struct ArchiveIndex: Sendable, Hashable {
    package var header: ArchiveHeader
    /// In the order of the file.
    package var entries: [ArchiveEntry] = []
    /// The length of header and table of contents: where the first block begins.
    package var headLength: Int64 = 0
    /// The blocks read so far, in order.
    package var blocks: [ArchiveBlock] = []
}
