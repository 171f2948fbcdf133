/// Writes archives byte by byte, as pg_dump does.
struct ArchiveBuilder {
    struct Entry {
        var id: Int
        var kind = "TABLE"
        var name = "t"
        var copy: String?
        var hasData = false
        var dependencies: [String] = []
    }

    var bytes: [UInt8] = []
    let minor: Int

    init(
        minor: Int = 14,
        magic: String = "PGDMP",
        major: UInt8 = 1,
        sizes: (UInt8, UInt8) = (4, 8),
        format: UInt8 = 1,
        compression: Int = 0
    ) {
        self.minor = minor
        bytes = Array(magic.utf8) + [major, UInt8(minor), 0, sizes.0, sizes.1, format]
        if minor == 14 { int(compression) } else { bytes.append(UInt8(compression)) }
        for number in [1, 2, 3, 22, 10, 126, 0] { int(number) }
        string("db")
        string("15.20 (Debian 15.20-0+deb12u1)")
        string("15.20")
    }

    mutating func int(_ number: Int) {
        bytes.append(number < 0 ? 1 : 0)
        let magnitude = UInt32(abs(number))
        for shift in [UInt32(0), 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: magnitude >> shift)) }
    }

    mutating func string(_ text: String?) {
        guard let text else { return int(-1) }
        int(text.utf8.count)
        bytes += Array(text.utf8)
    }

    mutating func contents(_ entries: [Entry]) {
        int(entries.count)
        for entry in entries {
            int(entry.id)
            int(entry.hasData ? 1 : 0)
            string("1259")
            string("\(entry.id + 10_000)")
            string(entry.name)
            string(entry.kind)
            int(entry.hasData ? 3 : 2)
            string("CREATE \(entry.name)")
            string("")
            string(entry.copy)
            string("public")
            string(nil)
            string(nil)
            if minor >= 16 { int(114) }
            string("owner")
            string("false")
            for dependency in entry.dependencies { string(dependency) }
            string(nil)
            bytes.append(entry.hasData ? 1 : 3)
            bytes += [UInt8](repeating: 0, count: 8)
        }
    }

    mutating func chunk(_ data: [UInt8]) {
        int(data.count)
        bytes += data
    }

    mutating func table(_ id: Int, rows: [String], terminated: Bool = true) {
        bytes.append(1)
        int(id)
        for row in rows { chunk(Array("\(row)\n".utf8)) }
        if terminated { chunk(Array("\\.\n\n\n".utf8)) }
        int(0)
    }

    /// Large objects: the five bytes of each OID, and its chunks.
    mutating func largeObjects(_ id: Int, _ objects: [(oid: [UInt8], chunks: [[UInt8]])]) {
        bytes.append(3)
        int(id)
        for object in objects {
            bytes += object.oid
            for data in object.chunks { chunk(data) }
            int(0)
        }
        int(0)
    }

    /// An archive with all that there is: two tables, an empty one, large objects.
    static func sample(minor: Int = 14) -> (bytes: [UInt8], headLength: Int) {
        var archive = ArchiveBuilder(minor: minor)
        archive.contents([
            Entry(id: 2, kind: "ENCODING", name: "ENCODING"),
            Entry(id: 9, name: "a\"b.c\nd", dependencies: ["2", "4294967295"]),
            Entry(id: 12, kind: "TABLE DATA", name: "a", copy: "COPY public.a (x) FROM stdin;\n", hasData: true),
            Entry(id: 11, kind: "TABLE DATA", name: "empty", copy: "COPY public.empty  FROM stdin;\n", hasData: true),
            Entry(id: 15, kind: "BLOBS", name: "BLOBS", hasData: true),
            Entry(id: 14, kind: "TABLE DATA", name: "b", copy: "COPY public.b (x) FROM stdin;\n", hasData: true),
            Entry(id: 20, kind: "INDEX", name: "i"),
        ])
        let headLength = archive.bytes.count
        archive.table(12, rows: ["1\tone", "1234", "\\\\.", "\\N", "", "é"])
        archive.table(11, rows: [])
        archive.largeObjects(
            15,
            [
                ([0, 5, 0, 0, 0], [Array("large".utf8), Array("\\.\n\n\n".utf8)]), ([0, 0xFF, 0xFF, 0xFF, 0x7F], []),
                ([1, 0, 0, 0, 0x80], [[1]]), ([1, 0xFF, 0xFF, 0xFF, 0x7F], [[2, 3]]), ([1, 1, 0, 0, 0], [[4]]),
            ]
        )
        archive.table(14, rows: ["x"])
        return (archive.bytes, headLength)
    }
}
