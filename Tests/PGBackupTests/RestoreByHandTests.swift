import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackup
import PGBackupTesting
import Testing

extension RealPostgresTests {
    /// The lines of the page "Restoring by hand", executed as they stand there.
    @Suite struct RestoreByHandTests {
        private static func documentedLines() throws -> [String] {
            var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
            parts.removeLast(3)
            let path = parts.joined(separator: "/") + "/Sources/PGBackup/Documentation.docc/RestoringByHand.md"
            let text = String(decoding: try OpenFile(path).read(1 << 20, at: 0), as: UTF8.self)
            return text.split(separator: "\n").filter { $0.hasPrefix("gunzip") }.map(String.init)
        }

        @Test func bothLinesRestoreEveryRow() async throws {
            let lines = try Self.documentedLines()
            try #require(lines.count == 2)
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase(.oddities) { (cluster: PostgresCluster, name: String) async throws -> Void in
                    let store = try DirectoryObjectStore(path: directory)
                    let report = try await backup(of: cluster.url(name), to: store).run()
                    let object = try #require(report.manifest.objects.first)
                    let counts = try await cluster.rowCounts(of: name)
                    #expect(counts["public.documents"] == 5000)
                    let original = try await cluster.plainDump(of: name)
                    for (number, line) in lines.enumerated() {
                        let restored = "\(name)_hand\(number)"
                        try await cluster.createDatabase(restored)
                        let password = cluster.password.withValue { $0 }
                        let command = ToolCommand(
                            "/bin/sh",
                            ["-c", line],
                            environment: [
                                "PATH": "\(cluster.binaries):/usr/bin:/bin", "LC_ALL": "C.UTF-8",
                                "BACKUP": "\(directory)/\(object.key)",
                                "TEST_DATABASE_URL":
                                    "postgres://\(cluster.user):\(password)@127.0.0.1:\(cluster.port)/\(restored)",
                            ]
                        )
                        let result = try await command.run()
                        #expect(result.exit.isSuccess, "\(line): \(result.errorText)")
                        #expect(try await cluster.rowCounts(of: restored) == counts)
                        #expect(try await cluster.plainDump(of: restored) == original)
                    }
                }
            }
        }

        @Test func theStoredBytesHaveTheManifestsHash() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                    let store = try DirectoryObjectStore(path: directory)
                    let report = try await backup(of: cluster.url(name), to: store).run()
                    let object = try #require(report.manifest.objects.first)
                    let path = "\(directory)/\(object.key)"
                    let stored = try await ToolCommand("/usr/bin/sha256sum", [path]).run()
                    #expect(stored.outputText.hasPrefix(object.sha256))
                    let archive = try await ToolCommand(
                        "/bin/sh",
                        ["-c", "gunzip -c \"$BACKUP\" | sha256sum"],
                        environment: ["BACKUP": path, "PATH": "/usr/bin:/bin"]
                    ).run()
                    #expect(archive.outputText.hasPrefix(report.manifest.archive.sha256))
                }
            }
        }
    }
}
