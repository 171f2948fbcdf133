import GroundworkCore
import GroundworkCrypto
import GroundworkTestProcesses
import GroundworkTesting
import PGBackupTesting
import Testing

@testable import PGBackup

extension RealPostgresTests {
    @Suite struct RealArchiveTests {
        private static let oddities = #"""
            CREATE SCHEMA "odd "".x";
            CREATE TABLE plain (id int PRIMARY KEY, text text, number float8, at timestamptz);
            INSERT INTO plain SELECT i, md5(i::text), i / 7.0, now() FROM generate_series(1, 3000) i;
            CREATE TABLE values (v text);
            INSERT INTO values VALUES ('\.'), ('\N'), (NULL), (''), (E'a\nb'), (E'a\rb'), (E'\\.\n'), ('ü€😀'), (E'\t');
            CREATE TABLE "odd "".x"."tab
            le" ("co l" int);
            INSERT INTO "odd "".x"."tab
            le" VALUES (1), (2);
            CREATE TABLE nothing ();
            INSERT INTO nothing DEFAULT VALUES;
            INSERT INTO nothing DEFAULT VALUES;
            INSERT INTO nothing DEFAULT VALUES;
            CREATE TABLE empty (a int);
            CREATE TABLE generated (a int GENERATED ALWAYS AS (1) STORED);
            INSERT INTO generated DEFAULT VALUES;
            CREATE TABLE short (a int);
            INSERT INTO short SELECT 1000 + i FROM generate_series(1, 500) i;
            CREATE TABLE long (a text);
            INSERT INTO long VALUES (repeat('x', 3000000)), (repeat('y', 10));
            CREATE TABLE parts (a int, b text) PARTITION BY RANGE (a);
            CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
            CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
            INSERT INTO parts SELECT i, 'x' FROM generate_series(1, 19) i;
            SELECT lo_from_bytea(5, 'abc'), lo_from_bytea(2147483648, E'\\x5c2e0a0a0a'), lo_create(4294967295);
            SELECT lo_from_bytea(100, convert_to(repeat('0123456789', 9000), 'UTF8'));
            """#

        private func dump(_ cluster: PostgresCluster, _ database: String, _ options: [String] = []) async throws
            -> [UInt8]
        {
            try await tool("pg_dump", cluster, ["-Fc", "-Z0"] + options + ["-d", database])
        }

        private func tool(_ name: String, _ cluster: PostgresCluster, _ arguments: [String]) async throws -> [UInt8] {
            let password = cluster.password.withValue { $0 }
            return try await ChildProcess.output(
                of: "\(cluster.binaries)/\(name)",
                arguments,
                environment: [
                    "PGHOST": cluster.socketDirectory, "PGPORT": "\(cluster.port)", "PGUSER": cluster.user,
                    "PGPASSWORD": password, "PGOPTIONS": "-c extra_float_digits=3 -c search_path=",
                ]
            )
        }

        private func read(_ bytes: [UInt8], chunk: Int = 256 << 10) throws -> (ArchiveIndex?, ArchiveOutcome, [Int]) {
            let reader = try ArchiveReader(hashes: true)
            var cuts: [Int] = []
            for start in stride(from: 0, to: bytes.count, by: chunk) {
                cuts += reader.feed(Array(bytes[start...].prefix(chunk))).map { $0 + start }
            }
            return (reader.index, reader.finish(), cuts)
        }

        @Test func rowsAndHashesAreThoseOfTheServer() async throws {
            try await withDatabase(nil) { cluster, name in
                _ = try await cluster.run(Self.oddities, in: name)
                let bytes = try await dump(cluster, name)
                let (found, outcome, _) = try read(bytes)
                #expect(outcome == .complete)
                let index = try #require(found)
                #expect(index.header.database == name)
                #expect(index.header.formatMinor == 14)
                #expect(index.blocks.last?.range.upperBound == Int64(bytes.count))
                var tables = 0
                for block in index.blocks {
                    let entry = try #require(index.entries.first { $0.id == block.entryID })
                    guard entry.kind == "TABLE DATA" else {
                        #expect(block.largeObjects == 4)
                        continue
                    }
                    tables += 1
                    let statement = try #require(entry.copyStatement)
                    let copy = String(statement.dropLast("FROM stdin;\n".count)) + "TO STDOUT"
                    let rows = try await tool("psql", cluster, ["-XqAt", "-d", name, "-c", copy])
                    #expect(block.sha256 == (try Digest.hash(.sha256, rows)), "\(entry.name)")
                    #expect(block.rows == Int64(rows.count { $0 == 0x0A }), "\(entry.name)")
                }
                #expect(tables == 10)
                let counts = Dictionary(
                    uniqueKeysWithValues: index.blocks.compactMap { block in
                        index.entries.first { $0.id == block.entryID }.map { ($0.name, block.rows) }
                    }
                )
                #expect(counts["plain"] == 3000)
                #expect(counts["values"] == 9)
                #expect(counts["tab\nle"] == 2)
                #expect(counts["nothing"] == 3)
                #expect(counts["empty"] == 0)
                #expect(counts["short"] == 500)
                #expect(counts["parts_2"] == 10)
            }
        }

        @Test func splitsAndCutsOfARealArchive() async throws {
            try await withDatabase(nil) { cluster, name in
                _ = try await cluster.run(Self.oddities, in: name)
                let bytes = try await dump(cluster, name, ["-T", "long"])
                let whole = try read(bytes)
                #expect(whole.1 == .complete)
                for chunk in [1, 4, 5, 6, 1000, 65_535, 65_536, 65_537] {
                    let other = try read(bytes, chunk: chunk)
                    #expect(other.0 == whole.0 && other.1 == whole.1 && other.2 == whole.2, "chunks of \(chunk)")
                }
                // Cut at every border, near every border, and at places between.
                let random = ManualRandom(seed: 5)
                var places = whole.2.flatMap { [$0 - 6, $0 - 5, $0 - 3, $0 - 1, $0, $0 + 1, $0 + 5] }
                places += (0..<300).map { _ in Int(random.next() % UInt64(bytes.count)) }
                for place in places where place < bytes.count {
                    guard case .incomplete = try read(Array(bytes[..<place])).1 else {
                        Issue.record("cut at \(place)")
                        return
                    }
                }
            }
        }

        @Test(arguments: [
            ["--inserts"], ["--rows-per-insert=10"], ["--column-inserts"], ["--schema-only"], ["--data-only"],
            ["--section=pre-data"], ["--section=data"], ["--section=post-data"], ["-t", "public.plain"],
            ["-n", "public"],
            ["--exclude-table-data=public.plain"], ["-C", "-c"], ["-E", "UTF8"], ["--load-via-partition-root"],
            ["--no-blobs"],
            ["--quote-all-identifiers"], ["--if-exists", "-c"],
        ])
        func everyKindOfDumpIsFollowed(_ options: [String]) async throws {
            try await withDatabase(nil) { cluster, name in
                _ = try await cluster.run(Self.oddities, in: name)
                let (index, outcome, cuts) = try read(try await dump(cluster, name, options))
                #expect(outcome == .complete)
                #expect(cuts.count == (index?.blocks.count ?? -9) + 1)
                if options[0].contains("insert") {
                    #expect(index?.blocks.allSatisfy { $0.rows == nil } == true)
                }
            }
        }

        @Test func compressedAndPlainDumpsAreOpaque() async throws {
            try await withDatabase(nil) { cluster, name in
                _ = try await cluster.run("CREATE TABLE a (b int); INSERT INTO a VALUES (1)", in: name)
                for (options, code) in [
                    (["-Fc"], ArchiveFault.Code.compressed), (["-Fc", "-Z9"], .compressed), (["-Fp"], .notAnArchive),
                    (["-Ft"], .notAnArchive),
                ] {
                    let bytes = try await tool("pg_dump", cluster, options + ["-d", name])
                    guard case .opaque(let fault) = try read(bytes).1 else {
                        Issue.record("\(options) was followed")
                        continue
                    }
                    #expect(fault.code == code, "\(options): \(fault)")
                }
            }
        }

        @Test func membersCutAtBordersRestoreOneTable() async throws {
            try await withDatabase(nil) { cluster, name in
                _ = try await cluster.run(Self.oddities, in: name)
                let bytes = try await dump(cluster, name)
                let reader = try ArchiveReader()
                let input = stride(from: 0, to: bytes.count, by: 10_000).map { start -> GzipInput in
                    let chunk = Array(bytes[start...].prefix(10_000))
                    return GzipInput(chunk, cuts: reader.feed(chunk))
                }
                let index = try #require(reader.index)
                var members: [GzipMember] = []
                for try await member in GzipCompression(InputChunks(chunks: input)) { members.append(member) }
                let entry = try #require(index.entries.first { $0.name == "plain" && $0.hasData })
                let block = try #require(index.blocks.first { $0.entryID == entry.id })
                let wanted = members.filter {
                    $0.inputRange.upperBound <= index.headLength || block.range.contains($0.inputOffset)
                }
                // Whole members give exactly the head and the block.
                #expect(wanted.reduce(0) { $0 + Int64($1.inputLength) } == index.headLength + Int64(block.range.count))
                let part = try await ChildProcess.output(of: "gunzip", ["-c"], input: wanted.flatMap(\.bytes))
                let listing = try await ChildProcess.output(
                    of: "\(cluster.binaries)/pg_restore",
                    ["--data-only", "-t", "plain", "-f", "-"],
                    input: part
                )
                let lines = String(decoding: listing, as: UTF8.self).split(separator: "\n")
                #expect(lines.count { $0.contains("\t") } == 3000)
            }
        }
    }
}
