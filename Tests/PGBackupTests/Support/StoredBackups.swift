import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
@testable import PGBackup

/// A manifest without a dump behind it.
func sampleManifest(
    _ date: Date,
    seed: UInt64 = 1,
    database: String = "shop",
    keys: BackupKeys = BackupKeys(prefix: "backup")
) -> BackupManifest {
    let id = BackupID(date, random: ManualRandom(seed: seed))
    return BackupManifest(
        id: id,
        startedAt: date,
        finishedAt: date.addingTimeInterval(60),
        source: .init(
            systemIdentifier: "7",
            database: database,
            encoding: "UTF8",
            collation: "C",
            characterType: "C",
            localeProvider: "libc",
            locale: nil,
            version: "15.18",
            versionNumber: 150018,
            databaseSize: 4000,
            isStandby: false
        ),
        tool: .init(name: "pg_dump", versionNumber: 150018, reason: "sameMajor", arguments: []),
        objects: [
            .init(
                key: keys.data(id),
                role: "archive",
                length: 5,
                sha256: String(repeating: "ab", count: 32),
                partLength: nil
            )
        ],
        compression: .init(name: "gzip", framing: "members", level: 1),
        archive: .init(format: "pg_dump-custom", length: 9, sha256: String(repeating: "cd", count: 32))
    )
}

/// Stores a manifest and data of its length.
@discardableResult
func storeSample(_ manifest: BackupManifest, in store: any ObjectStore) async throws -> BackupID {
    let keys = BackupKeys(prefix: "backup")
    for object in manifest.objects { try await store.put(object.key, .text("12345")) }
    try await store.put(keys.manifest(manifest.id), .bytes(try manifest.encoded()))
    return manifest.id
}

/// Backups without a database to connect to.
func backups(
    in store: any ObjectStore,
    _ change: (inout PostgresBackup.Configuration) -> Void = { _ in }
) throws -> PostgresBackup {
    backup(of: try DatabaseURL(parsing: "postgres://localhost:1/shop"), to: store, change)
}
