import FoundationEssentials
import Logging
import PGBackup
import PGBackupTesting
import S3Compat
import S3CompatTesting
import Terminal

/// Backs up a throw-away database, verifies the backup, loses the database, restores it and compares.
@main
struct Demo {
    static func main() async {
        do {
            try await withInterruption { try await run(ProcessInfo.processInfo.environment) }
        } catch let interruption as Interruption {
            let left = interruption.underlyingError as? DemoFailure
            Console.note("demo: Interrupted; \(left?.description ?? "everything that it had made is removed.")")
            exitProcess(interruption.exitCode)
        } catch {
            Console.note("demo: \(error)")
            exitProcess(1)
        }
    }

    private static func run(_ environment: [String: String]) async throws {
        let start = ContinuousClock.now
        Console.print("Groundwork demo: back up a PostgreSQL database to an S3 endpoint, lose it, and restore it\n")
        let store = try await DemoStore.open(environment)
        do {
            let cluster = try await PostgresCluster.start()
            do {
                try await Rounds(cluster: cluster, store: store).run()
            } catch {
                await cluster.stop()
                throw error
            }
            await cluster.stop()
        } catch {
            guard await store.close() else { throw DemoFailure.incompleteCleaning(after: error) }
            throw error
        }
        guard await store.close() else { throw DemoFailure.incompleteCleaning(after: nil) }
        Console.print(
            "\nDone in \(Format.duration(ContinuousClock.now - start)). Everything that the demo made is removed."
        )
        // A reader that had enough of the report is no failure; a full disk below it is.
        do { try Console.checkOutput() } catch is ReaderGone {}
    }
}

/// The steps, one after the other.
private struct Rounds {
    let cluster: PostgresCluster
    let store: DemoStore
    let database = "shop"
    let restored = "shop_restored"

    func run() async throws {
        Console.print(
            "  PostgreSQL    a throw-away server of \(cluster.binaries), port \(cluster.port) of the loopback"
        )
        detail(cluster.socketDirectory)
        Console.print("  store         \(store.description)\n")

        let url = try await cluster.createDatabase(database)
        let (_, loading) = try await timed { try await cluster.load(.shop(orders: 100_000), into: database) }
        let before = try await cluster.rowCounts(of: database)
        let rows = Int64(before.values.reduce(0, +))
        step("sample data", "\(before.count) tables, \(Format.count(rows)) rows", loading)

        var configuration = PostgresBackup.Configuration(database: url)
        configuration.prefix = store.prefix
        configuration.logger.logLevel = .error
        let backups = PostgresBackup(configuration, store: store.objects)

        let report = try await backups.run()
        let manifest = report.manifest
        step(
            "backup",
            "\(Format.bytes(manifest.archive.length)) dumped, \(Format.bytes(manifest.storedLength)) stored, "
                + "\(Format.rate(manifest.archive.length, in: report.dumpDuration)), checked by \(report.check)",
            report.duration
        )
        for object in manifest.objects { detail(store.url(of: object.key)) }
        detail(store.url(of: report.manifestKey))

        let (listing, listed) = try await timed { try await backups.list() }
        step("list", "\(listing.backups.count) backup: \(manifest.id)", listed)

        let verification = try await backups.verify(manifest.id)
        step(
            "verify",
            "SHA-256 as in the manifest; pg_restore \(verification.decodedBy.version) decoded "
                + Format.bytes(verification.archiveBytes),
            verification.duration
        )

        let (_, dropped) = try await timed { try await cluster.dropDatabase(database) }
        step("drop", "database \(database) is gone", dropped)

        let restore = try await backups.restore(manifest.id, into: .newDatabase(restored))
        step(
            "restore",
            "into the new database \(restored), \(Format.rate(restore.archiveBytes, in: restore.restoreDuration))",
            restore.duration
        )

        let (after, counted) = try await timed { try await cluster.rowCounts(of: restored) }
        try compare(before, after, counted)
    }

    private func compare(_ before: [String: Int], _ after: [String: Int], _ took: Duration) throws {
        let names = Set(before.keys).union(after.keys).sorted()
        let different = names.filter { before[$0] != after[$0] }
        guard different.isEmpty else {
            let list = different.map { "\($0): \(before[$0] ?? 0) rows before, \(after[$0] ?? 0) after" }
            throw DemoFailure(description: "The restored database differs. \(list.joined(separator: "; ")).")
        }
        step("compare", "every row count agrees", took)
        for name in names { detail("\(name)  \(Format.count(Int64(after[name] ?? 0)))") }
    }

    private func timed<Result>(_ work: () async throws -> Result) async throws -> (Result, Duration) {
        let start = ContinuousClock.now
        let result = try await work()
        return (result, ContinuousClock.now - start)
    }

    private func step(_ name: String, _ text: String, _ took: Duration) {
        let padding = String(repeating: " ", count: max(1, 14 - name.count))
        Console.print("  \(name)\(padding)\(Format.duration(took))  \(text)")
    }

    private func detail(_ text: String) {
        Console.print("                \(text)")
    }
}

/// Why the demo failed.
struct DemoFailure: Error, CustomStringConvertible {
    let description: String

    static func incompleteCleaning(after error: (any Error)?) -> DemoFailure {
        let reason = error.map { $0 is CancellationError ? "" : "\($0) " } ?? ""
        return DemoFailure(description: "\(reason)Not all could be removed; what is left is named above.")
    }
}
