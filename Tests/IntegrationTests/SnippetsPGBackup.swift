import GroundworkStorage
import PGBackup
import PGBackupTesting
import Testing

enum BackupSnippets {
    static func landingPage() async throws {
        let database = try DatabaseURL(parsing: "postgres://app:secret@db.example.com/app")
        let backups = PostgresBackup(.init(database: database), store: try DirectoryObjectStore(path: "/backups"))
        let report = try await backups.run()
        try await backups.verify(report.manifest.id)
        try await backups.restore(report.manifest.id, into: .newDatabase("app_restored"))
    }

    static func testKit() async throws -> [String: Int] {
        let cluster = try await PostgresCluster.start()
        let url = try await cluster.createDatabase("shop")
        try await cluster.load(.shop(orders: 1000), into: "shop")
        let backups = PostgresBackup(.init(database: url), store: InMemoryObjectStore())
        let report = try await backups.run()
        try await backups.restore(report.manifest.id, into: .newDatabase("shop_restored"))
        let counts = try await cluster.rowCounts(of: "shop_restored")
        await cluster.stop()
        return counts
    }
}

@Suite struct BackupSnippetRuns {
    @Test func theTestKitsExampleWorks() async throws {
        let counts = try await BackupSnippets.testKit()
        #expect(counts["public.orders"] == 1000)
    }
}
