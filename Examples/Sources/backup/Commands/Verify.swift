import ArgumentParser
import PGBackup
import Terminal

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read a backup back, compare its SHA-256 and let pg_restore decode all of it.",
        discussion: """
            The outcome is recorded beside the backup, where health and retention look for it. Exit code 4 when the backup is \
            at fault.
            """
    )

    @Argument(help: "The id of a backup, or latest.")
    var backup = "latest"

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let output = output
        let name = backup
        try await reporting(output) { environment in
            let backups = try await Settings.backups(output, needsDatabase: false, environment)
            let manifest = try await manifest(named: name, of: backups)
            let (line, handler) = progressLine("Verifying", quiet: output.quiet || output.json)
            defer { line.finish() }
            let record: VerificationRecord
            do {
                record = try await backups.verifyAndRecord(manifest.id, level: .decoded, progress: handler)
            } catch let error as PGBackupError where error.blamesTheBackup {
                line.finish()
                throw blame(error, output)
            }
            line.finish()
            Console.print(output.json ? json(record).text : text(record))
        }
    }
}

private func text(_ record: VerificationRecord) -> String {
    """
    Backup \(record.backup) is whole
      stored     \(Format.bytes(record.storedBytes)), SHA-256 as in the manifest
      decoded    \(Format.bytes(record.archiveBytes)) by \(record.tool ?? "pg_restore")
      total      \(Format.duration(.seconds(record.seconds)))
    """
}

private func json(_ record: VerificationRecord) -> JSONText {
    .object([
        ("ok", true), ("id", .string(record.backup.text)), ("archiveBytes", .integer(record.archiveBytes)),
        ("storedBytes", .integer(record.storedBytes)), ("seconds", .number(record.seconds)),
    ])
}
