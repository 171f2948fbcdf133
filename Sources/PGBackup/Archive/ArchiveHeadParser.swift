/// Reads the header and the table of contents of an archive made by `pg_dump -Fc -Z0`.
///
/// Pushed chunk by chunk; holds at most one entry that is not whole yet.
struct ArchiveHeadParser {
    /// More entries are refused.
    private static let entryLimit = 2_000_000
    /// More bytes are refused, in all and for one entry.
    private static let headLimit: Int64 = 512 << 20
    private static let pendingLimit = 128 << 20
    private static let dependencyLimit = 1_000_000

    private(set) var entries: [ArchiveEntry] = []
    private(set) var header: ArchiveHeader?
    /// The bytes taken in, whole entries only.
    private(set) var length: Int64 = 0
    private var expected: Int?
    private var ids: Set<Int> = []
    private var pending: [UInt8] = []
    /// No progress is possible with fewer pending bytes.
    private var needed = 0

    /// Takes a chunk in.
    /// - Returns: how many of its bytes were not used, once the table of contents is whole; else nil.
    mutating func feed(_ bytes: ArraySlice<UInt8>) throws(ArchiveFault) -> Int? {
        pending += bytes
        guard pending.count >= needed else { return nil }
        var cursor = ArchiveCursor(pending, at: 0)
        var used = 0
        var isWhole = false
        do throws(ArchiveCursor.Stop) {
            while !isWhole {
                if header == nil {
                    header = try Self.header(&cursor)
                } else if expected == nil {
                    expected = try Self.count(&cursor)
                } else if entries.count == expected {
                    isWhole = true
                } else {
                    try entry(&cursor)
                }
                used = cursor.position
            }
        } catch {
            switch error {
            case .needs(let count): needed = count - used
            case .fault(let code, let reason):
                throw ArchiveFault(code: code, reason: reason, offset: length + Int64(cursor.position))
            }
        }
        length += Int64(used)
        let rest = pending.count - used
        guard length <= Self.headLimit, isWhole || rest <= Self.pendingLimit, needed <= Self.pendingLimit else {
            throw ArchiveFault(
                code: .limitExceeded,
                reason: "the table of contents is too long",
                offset: length
            )
        }
        pending = isWhole ? [] : Array(pending[used...])
        return isWhole ? rest : nil
    }

    /// Where in the head the bytes ended, in words.
    var place: String {
        guard header != nil else { return "within the header" }
        guard let expected else { return "before the table of contents" }
        return "after \(entries.count) of \(expected) entries of the table of contents"
    }

    private static func header(_ cursor: inout ArchiveCursor) throws(ArchiveCursor.Stop) -> ArchiveHeader {
        guard try cursor.take(5).elementsEqual("PGDMP".utf8) else {
            throw .fault(.notAnArchive, "it does not begin as an archive of pg_dump does")
        }
        let major = try cursor.byte()
        let minor = Int(try cursor.byte())
        _ = try cursor.byte()
        guard major == 1, (14...16).contains(minor) else {
            throw .fault(.unsupportedVersion, "the archive version \(major).\(minor) is not known")
        }
        let sizes = (try cursor.byte(), try cursor.byte())
        let format = try cursor.byte()
        guard sizes == (4, 8), format == 1 else {
            throw .fault(.unsupportedLayout, "integers of \(sizes.0) and offsets of \(sizes.1) bytes, format \(format)")
        }
        let compression = minor == 14 ? try cursor.int() : Int(try cursor.byte())
        guard compression == 0 else { throw .fault(.compressed, "the data is compressed by pg_dump (\(compression))") }
        // The time, in the zone of whoever ran pg_dump, which is not told.
        for _ in 0..<7 { _ = try cursor.int() }
        return ArchiveHeader(
            formatMinor: minor,
            database: try cursor.text() ?? "",
            serverVersion: try cursor.text() ?? "",
            dumpVersion: try cursor.text() ?? ""
        )
    }

    private static func count(_ cursor: inout ArchiveCursor) throws(ArchiveCursor.Stop) -> Int {
        let count = try cursor.int()
        guard count >= 0 else { throw .fault(.malformed, "the table of contents has \(count) entries") }
        guard count <= entryLimit else { throw .fault(.limitExceeded, "the table of contents has \(count) entries") }
        return count
    }

    private static let kindsWithRoles: Set<String> = ["ACL", "DEFAULT ACL", "POLICY"]

    private mutating func entry(_ cursor: inout ArchiveCursor) throws(ArchiveCursor.Stop) {
        let id = try cursor.int()
        let hasData = try cursor.int()
        guard id > 0, !ids.contains(id) else {
            throw .fault(.malformed, "the entry number \(id) is wrong or there twice")
        }
        guard hasData == 0 || hasData == 1 else { throw .fault(.malformed, "the entry \(id) has a wrong data mark") }
        _ = try cursor.string()
        let oid = try cursor.text() ?? ""
        let name = try cursor.requiredText("the name of entry \(id)")
        let kind = try cursor.requiredText("the kind of entry \(id)")
        let section = try cursor.int()
        let definition = try cursor.string()
        // The drop statement.
        _ = try cursor.string()
        let copyStatement = try cursor.string()
        let schema = try cursor.text()
        // Tablespace and table access method.
        _ = try cursor.string()
        _ = try cursor.string()
        if let minor = header?.formatMinor, minor >= 16 { _ = try cursor.int() }
        let owner = try cursor.text()
        // The mark of tables with OIDs.
        _ = try cursor.string()
        var dependencies = 0
        while let dependency = try cursor.string() {
            dependencies += 1
            guard dependencies <= Self.dependencyLimit else {
                throw .fault(.limitExceeded, "the entry \(id) depends on too many")
            }
            guard (1...10).contains(dependency.count), dependency.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw .fault(.malformed, "the entry \(id) depends on what is no number")
            }
        }
        let flag = try cursor.byte()
        _ = try cursor.take(8)
        guard flag == 3 && hasData == 0 || (flag == 1 || flag == 2) && hasData == 1 else {
            throw .fault(.malformed, "the entry \(id) has a wrong position mark")
        }
        ids.insert(id)
        entries.append(
            ArchiveEntry(
                id: id,
                hasData: hasData == 1,
                kind: kind,
                name: name,
                schema: schema,
                copyStatement: hasData == 1 ? copyStatement.map { String(decoding: $0, as: UTF8.self) } : nil,
                oid: oid,
                section: section,
                owner: owner.flatMap { $0.isEmpty ? nil : $0 },
                definition: Self.kindsWithRoles.contains(kind)
                    ? definition.map { String(decoding: $0, as: UTF8.self) } : nil
            )
        )
    }
}
