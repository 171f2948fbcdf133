import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
import Testing

@testable import PGBackup

/// Real servers and programs of other majors than the distribution's. `Tests/Support/postgres.sh` fetches them;
/// `GROUNDWORK_TEST_MAJORS` says which are tested: 15 and 18 unless set, all by `make matrix`.
@Suite struct VersionMatrixTests {
    private static let majors: [Int] = {
        let text = ProcessInfo.processInfo.environment["GROUNDWORK_TEST_MAJORS"] ?? "15 18"
        return text.split(separator: " ").compactMap { Int($0) }
    }()
    private static let oldest = majors.min() ?? 15
    private static let newest = majors.max() ?? 18

    /// The directory of a major's programs.
    private static func binaries(_ major: Int) throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let fetched = "\(environment["GROUNDWORK_TEST_POSTGRES"] ?? ".build/postgresql")/\(major)/bin"
        let candidates = ["/usr/lib/postgresql/\(major)/bin", fetched]
        return try #require(
            candidates.first { FileManager.default.isExecutableFile(atPath: "\($0)/initdb") },
            "There is no PostgreSQL \(major). Run Tests/Support/postgres.sh."
        )
    }

    private func withServer(_ major: Int, _ body: (PostgresCluster) async throws -> Void) async throws {
        var configuration = PostgresCluster.Configuration()
        configuration.binaries = try Self.binaries(major)
        try await withPostgresCluster(configuration) { cluster in try await body(cluster) }
    }

    private func backups(of url: DatabaseURL, by majors: Int...) throws -> PostgresBackup {
        let directories = try majors.map { try Self.binaries($0) }
        return backup(of: url, to: InMemoryObjectStore()) {
            $0.clientDirectories = directories
            $0.searchesSystemDirectories = false
        }
    }

    @Test(arguments: majors)
    func everythingComesBackIdenticalOnEachMajor(major: Int) async throws {
        try await withServer(major) { cluster in
            let url = try await cluster.createDatabase("source")
            try await cluster.load(.compatibility, into: "source")
            let backups = try backups(of: url, by: major)
            let report = try await backups.run()
            #expect(report.toolchain.reason == .sameMajor)
            #expect(report.manifest.globals?.object != nil, "\(report.manifest.globals?.reason ?? "")")
            #expect(report.manifest.tables?.contains { $0.kind == "BLOBS" } == true)
            try await backups.verify(report.manifest.id)
            let restore = try await backups.restore(report.manifest.id, into: .newDatabase("restored"))
            #expect(restore.comparison?.findings == [])
            #expect((restore.comparison?.rows ?? 0) > 6000)
            let original = try await cluster.plainDump(of: "source")
            let restored = try await cluster.plainDump(of: "restored")
            #expect(original.contains("CREATE EVENT TRIGGER") && original.contains("4242"))
            let isIdentical = original == restored
            #expect(isIdentical, "\(difference(original, restored))")

            var options = DrillOptions()
            options.comparesContents = true
            let drill = try await backups.drill(options: options)
            #expect(drill.toolchain.server.major == major)
            #expect(drill.record.comparison?.findings == [])
            #expect(drill.record.integrity?.findings == [])
        }
    }

    @Test func newerProgramsBackUpAndRestoreAnOlderServer() async throws {
        guard Self.oldest < Self.newest else { return }
        try await withServer(Self.oldest) { cluster in
            let url = try await cluster.createDatabase("source")
            try await cluster.load(.compatibility, into: "source")
            let backups = try backups(of: url, by: Self.newest)
            let report = try await backups.run()
            #expect(report.toolchain.reason == .lowestNewerMajor)
            #expect(report.warnings.contains { $0.contains("postgresql-client-\(Self.oldest)") })
            let restore = try await backups.restore(report.manifest.id, into: .newDatabase("restored"))
            #expect(restore.comparison?.findings == [])
            let original = try await cluster.plainDump(of: "source")
            let restored = try await cluster.plainDump(of: "restored")
            let isIdentical = original == restored
            #expect(isIdentical, "\(difference(original, restored))")
        }
    }

    @Test func anOlderBackupRestoresIntoANewerServer() async throws {
        guard Self.oldest < Self.newest else { return }
        let store = InMemoryObjectStore()
        let directories = try [Self.binaries(Self.oldest), Self.binaries(Self.newest)]
        func choose(_ configuration: inout PostgresBackup.Configuration) {
            configuration.clientDirectories = directories
            configuration.searchesSystemDirectories = false
        }
        try await withServer(Self.oldest) { cluster in
            let url = try await cluster.createDatabase("source")
            try await cluster.load(.compatibility, into: "source")
            try await backup(of: url, to: store, choose).run()
        }
        try await withServer(Self.newest) { cluster in
            let backups = backup(of: cluster.url("postgres"), to: store, choose)
            let id = try await backups.latest().id
            let report = try await backups.restore(id, into: .newDatabase("restored"))
            #expect(report.toolchain.chosen.version.major == Self.newest)
            #expect(report.comparison?.findings == [])
        }
    }

    @Test func olderProgramsAloneGiveTheLineToInstallNewerOnes() async throws {
        guard Self.oldest < Self.newest else { return }
        try await withServer(Self.newest) { cluster in
            let url = try await cluster.createDatabase("source")
            let backups = try backups(of: url, by: Self.oldest)
            let error = try await failure { try await backups.run() }
            #expect(error.code == .toolUnsuitable)
            #expect(error.message.contains("Install the package postgresql-client-\(Self.newest)"))
            #expect(try await allKeys(backups.store).isEmpty)
        }
    }

    /// The first lines in which two dumps differ.
    private func difference(_ original: String, _ restored: String) -> String {
        let lines = (original.split(separator: "\n"), restored.split(separator: "\n"))
        let missing = Set(lines.0).subtracting(lines.1)
        let added = Set(lines.1).subtracting(lines.0)
        return "missing: \(missing.prefix(10)), added: \(added.prefix(10)), \(lines.0.count) and \(lines.1.count) lines"
    }
}
