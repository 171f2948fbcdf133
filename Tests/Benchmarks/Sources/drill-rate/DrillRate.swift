import GroundworkStorage
import PGBackup

/// Backs a database up into a directory, drills the backup in a throw-away cluster, and prints the times.
///
///     drill-rate /dev/shm/backups      needs BACKUP_DATABASE_URL in the environment
@main
struct DrillRate {
    static func main() async throws {
        let directory = CommandLine.arguments.dropFirst().first ?? "/tmp/drill-rate"
        let configuration = try PostgresBackup.Configuration(environment: ProcessEnvironment.all)
        let backups = PostgresBackup(configuration, store: try DirectoryObjectStore(path: directory))
        let backup = try await backups.run()
        var options = DrillOptions()
        options.clusterDirectory = directory
        let drill = try await backups.drill(backup.manifest.id, options: options)
        let record = drill.record
        print("archive\t\(backup.manifest.archive.length) bytes, \(backup.manifest.storedLength) stored")
        print("backup\t\(backup.dumpDuration)")
        print("restored\t\(record.restoredBytes ?? 0) bytes, \(record.comparison?.rows ?? 0) rows")
        print("pg_restore\t\(drill.restoreDuration)")
        print("analyze\t\(drill.analyzeDuration)")
        print("amcheck\t\(record.integrity?.indexes ?? 0) indexes, \(record.integrity?.tables ?? 0) tables")
        print("rate\t\(Int(drill.restoredBytesPerSecond / 1_000_000)) MB/s of the restored database")
        print("whole drill\t\(drill.duration)")
        print("target\t\(drill.projection.sentence)")
    }
}
