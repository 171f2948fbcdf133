import FoundationEssentials
import GroundworkCore

/// What a drill found.
struct DrillOutcome: Sendable {
    var restore: RestoreReport
    var rows: RowComparison.Outcome
    var integrity: VerificationRecord.Integrity?
    var restoredBytes: Int64
    var isThrowAway: Bool
    var notes: [String]
    /// What is wrong with the script of roles, which a drill reads and does not run.
    var roleScript: PGBackupError?

    private var agrees: Bool { rows.agrees && integrity?.findings.isEmpty != false }
    private var findings: [String] { rows.comparison.findings + (integrity?.findings ?? []) }

    /// The record of it.
    func record(_ manifest: BackupManifest, _ startedAt: Date, _ duration: Duration) -> VerificationRecord {
        var record = VerificationRecord(
            backup: manifest.id,
            level: .restored,
            passed: agrees && roleScript == nil,
            startedAt: startedAt,
            seconds: duration.seconds,
            storedBytes: manifest.storedLength,
            archiveBytes: manifest.archive.length
        )
        record.tool = "pg_restore \(restore.toolchain.chosen.version)"
        record.restoredBytes = restoredBytes
        record.restoreSeconds = restore.restoreDuration.seconds + restore.analyzeDuration.seconds
        record.comparison = rows.comparison
        record.integrity = integrity
        record.notes = notes.isEmpty ? nil : notes
        if !record.passed { record.message = error(manifest).message }
        return record
    }

    /// What a drill throws whose database is not what was dumped, or whose script of roles is damaged.
    func error(_ manifest: BackupManifest) -> PGBackupError {
        if agrees, let roleScript { return roleScript }
        let shown = (findings.prefix(5) + [roleScript?.message].compactMap(\.self)).joined(separator: " ")
        return PGBackupError(
            .restoredDataDiffers,
            "The backup \(manifest.id) was restored, but the database is not what was dumped. \(shown) All that was found is in "
                + "the verification record. Make a new backup, and drill it."
        )
    }
}

extension PGBackupError {
    /// Whether a restore failed by the fault of the backup, and not of the server, the store or the machine: its data is not
    /// what was stored, its rows are not those that were dumped, pg_restore cannot read it, or PostgreSQL refuses something
    /// in it. What a server lacks is not the backup's fault: a library, an extension,
    /// a locale, a setting.
    public var blamesTheBackup: Bool {
        if [.dataMissing, .dataTruncated, .dataCorrupted, .restoredDataDiffers].contains(code) { return true }
        guard code == .toolFailed, let toolOutput else { return false }
        guard !Self.signsOfTheServer.contains(where: { toolOutput.firstRange(of: $0) != nil }) else { return false }
        return isOfTheArchive || isOfAnEntry
    }

    /// Whether a statement of the archive failed in the server, and the archive itself could be read.
    var isOfAnEntry: Bool {
        guard let toolOutput, !isOfTheArchive else { return false }
        return Self.signsOfAnEntry.contains { toolOutput.firstRange(of: $0) != nil }
    }

    private var isOfTheArchive: Bool {
        guard let toolOutput else { return false }
        return Self.signsOfTheArchive.contains { toolOutput.firstRange(of: $0) != nil }
    }

    /// The first is said only by a talkative pg_restore.
    private static let signsOfAnEntry = [
        "pg_restore: from TOC entry ", "pg_restore: error: could not execute query: ",
        "pg_restore: error: COPY failed for table ",
    ]

    private static let signsOfTheArchive = [
        "input file does not appear to be a valid archive", "did not find magic string", "unexpected end of file",
        "unrecognized data block type", "could not uncompress data", "could not find block ID",
    ].map { "pg_restore: error: \($0)" }

    /// A statement of the backup failed, and another server would have taken it.
    private static let signsOfTheServer = [
        "shared_preload_libraries", "could not access file", "could not load library", "could not find function",
        "unrecognized configuration parameter", "EXTENSION ", "extension \"", "out of shared memory", "out of memory",
        "must be superuser", "must be owner", "must be a member", "tablespace \"", "access method \"",
        "read-only transaction", "shared memory", "Input/output error", "could not extend file", "could not read block",
    ]

    /// Whether a server refused to make a database with the locale of another.
    var isAboutLocale: Bool {
        guard let toolOutput, !isOfAnEntry else { return false }
        return [
            "invalid locale name", "invalid LC_COLLATE", "invalid LC_CTYPE", "does not match locale", "ICU locale",
            "could not open collator for locale", "ICU is not supported",
        ].contains { toolOutput.firstRange(of: $0) != nil }
    }
}
