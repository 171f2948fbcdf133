import GroundworkCore
import GroundworkCrypto
import GroundworkStorage
import GroundworkTestProcesses
import GroundworkTesting
import PGBackupTesting
import Testing

@testable import PGBackup

@Suite struct MemberMapTests {
    @Test func findsRangesThatBeginAndEndWithMembers() {
        var map = MemberMap()
        map.append(input: 100, output: 10)
        map.append(input: 250, output: 30)
        map.append(input: 300, output: 35)
        #expect(map.objectRange(of: 0..<100) == 0..<10)
        #expect(map.objectRange(of: 100..<300) == 10..<35)
        #expect(map.objectRange(of: 250..<250) == 30..<30)
        #expect(map.objectRange(of: 99..<250) == nil)
        #expect(map.objectRange(of: 100..<301) == nil)
    }
}

extension RealPostgresTests {
    @Suite struct TableIndexTests {
        @Test func theManifestHasRowsAndHashesOfEveryTable() async throws {
            try await withDatabase(.oddities) { (cluster: PostgresCluster, name: String) async throws -> Void in
                let report = try await backup(of: cluster.url(name), to: InMemoryObjectStore()).run()
                let tables = try #require(report.manifest.tables)
                var rows: [String: Int] = [:]
                for table in tables where table.kind == "TABLE DATA" {
                    rows["\(table.schema ?? "").\(table.name)"] = table.rows.map(Int.init)
                }
                // Partitioned tables have no rows of their own.
                let counts = try await cluster.rowCounts(of: name).filter {
                    $0.key != "public.measurements" && $0.key != "public.measurements_2026"
                }
                #expect(rows == counts)
                let documents = try #require(tables.first { $0.name == "documents" })
                let copied = try await cluster.run("COPY documents TO STDOUT;\n", in: name)
                #expect(documents.sha256 == Hex.encode(try Digest.hash(.sha256, Array(copied.utf8))))
                #expect(tables.contains { $0.kind == "BLOBS" })
            }
        }

        @Test func aTablesRangeWithTheHeadIsAnArchiveOfThatTable() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase(.oddities) { (cluster: PostgresCluster, name: String) async throws -> Void in
                    let store = try DirectoryObjectStore(path: directory)
                    let report = try await backup(of: cluster.url(name), to: store).run()
                    let tables = try #require(report.manifest.tables)
                    let object = try #require(report.manifest.objects.first)
                    let table = try #require(tables.first { $0.name == "documents" })
                    let range: [Int64] = table.objectRange ?? [0, 0]
                    let starts: [Int64] = tables.compactMap { (table: BackupManifest.Table) in table.objectRange?.first
                    }
                    let headEnd = try #require(starts.min())
                    let bytes = try await store.read(object.key, upTo: 1 << 28)
                    let part = Array(bytes[..<Int(headEnd)] + bytes[Int(range[0])..<Int(range[1])])
                    let path = "\(directory)/part.gz"
                    try OpenFile(path, flags: OpenFile.writeCreate).write(part, at: 0)
                    let script = """
                        gunzip -c '\(path)' | \(cluster.binaries)/pg_restore --data-only --table=documents -f - | grep -c '^[0-9]'
                        """
                    let result = try await ToolCommand(
                        "/bin/sh",
                        ["-c", script],
                        environment: ["PATH": "/usr/bin:/bin"]
                    ).run()
                    #expect(result.outputText == "5000\n", "\(result.errorText)")
                }
            }
        }

        @Test func everyTableBeginsAndEndsWithAGzipMember() async throws {
            try await withDatabase(.oddities) { (cluster: PostgresCluster, name: String) async throws -> Void in
                let store = InMemoryObjectStore()
                let report = try await backup(of: cluster.url(name), to: store).run()
                let tables = try #require(report.manifest.tables)
                #expect(tables.count > 5)
                let object = try #require(report.manifest.objects.first)
                let bytes = try await store.read(object.key, upTo: 1 << 28)
                for table in tables {
                    let range = try #require(table.objectRange, "\(table.name)")
                    let part = Array(bytes[Int(range[0])..<Int(range[1])])
                    let text = try await ChildProcess.output(of: "gunzip", ["-c"], input: part)
                    #expect(Int64(text.count) == table.archiveRange[1] - table.archiveRange[0], "\(table.name)")
                }
            }
        }

        @Test func anArchiveThatIsCutOffIsNotBelieved() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase(.oddities) { (cluster: PostgresCluster, name: String) async throws -> Void in
                    for program in ["pg_dump", "pg_restore", "psql"] {
                        let cut = program == "pg_dump" ? " | head -c 100000" : ""
                        let text = """
                            #!/bin/sh
                            if [ "$1" = --version ]; then echo "\(program) (PostgreSQL) 15.99"; exit 0; fi
                            \(cluster.binaries)/\(program) "$@"\(cut)

                            """
                        let file = try OpenFile("\(directory)/\(program)", flags: OpenFile.writeCreate, mode: 0o755)
                        try file.write(Array(text.utf8), at: 0)
                    }
                    let store = InMemoryObjectStore()
                    let error = try await failure {
                        try await backup(of: cluster.url(name), to: store) { $0.clientDirectories = [directory] }.run()
                    }
                    #expect(error.code == .incompleteDump)
                    #expect(error.message.contains("cut off"))
                    #expect(try await allKeys(store).isEmpty)
                }
            }
        }
    }
}
