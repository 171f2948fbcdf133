import ArgumentParser
import PGBackup
import Terminal

struct Drill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Restore a backup for proof, compare its rows, and say how long a restore would take today.",
        discussion: """
            On the server of DRILL_DATABASE_URL, in a database that is dropped afterwards; without it in a throw-away \
            cluster of this machine. The outcome is recorded beside the backup. Exit code 4 when the backup is at fault or \
            RESTORE_TARGET does not hold.
            """
    )

    @Argument(help: "The id of a backup, or latest.")
    var backup = "latest"

    @Flag(help: "Compare the rows themselves by their SHA-256, and not only their numbers.")
    var contents = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (output, name, contents) = (output, backup, contents)
        try await reporting(output, interrupted: "The scratch database is dropped again.") { environment in
            let settings = try Settings(needsDatabase: false, environment)
            let backups = try await settings.one(output.database)
            let manifest = try await manifest(named: name, of: backups)
            var options = settings.drill
            options.comparesContents = contents
            let (line, handler) = progressLine("Restoring", quiet: output.quiet || output.json)
            defer { line.finish() }
            let report: DrillReport
            do {
                report = try await backups.drill(manifest.id, options: options, progress: handler)
            } catch let error as PGBackupError where error.blamesTheBackup {
                line.finish()
                throw blame(error, output)
            }
            line.finish()
            Console.print(output.json ? json(report).text : text(report))
            guard report.projection.holds else { throw ExitCode(RunStatus.unverified.exitCode) }
        }
    }
}

private func text(_ report: DrillReport) -> String {
    let record = report.record
    var lines = [
        "Backup \(record.backup) restores",
        "  server     \(report.usedThrowAwayCluster ? "a throw-away cluster" : "that of DRILL_DATABASE_URL"), "
            + "PostgreSQL \(report.toolchain.server)",
        "  restored   \(Format.bytes(record.restoredBytes ?? 0)) in \(Format.duration(report.restoreDuration)) "
            + "(\(Format.rate(record.restoredBytes ?? 0, in: report.restoreDuration)))",
    ]
    if let comparison = record.comparison {
        lines.append("  compared   \(comparison.rows) rows of \(comparison.tables) tables")
        if let contents = comparison.contents {
            lines.append("  contents   the rows of \(contents) tables have the SHA-256 of the dump")
        }
        lines += comparison.findings.map { "  note       \(Format.line($0))" }
    }
    if let integrity = record.integrity {
        lines.append("  checked    \(integrity.indexes) indexes and \(integrity.tables) tables by amcheck")
    }
    lines += (record.notes ?? []).map { "  note       \(Format.line($0))" }
    if let message = record.message { lines.append("  note       \(Format.line(message))") }
    lines.append("  total      \(Format.duration(report.duration))")
    lines.append("  \(report.projection.sentence)")
    return lines.joined(separator: "\n")
}

private func json(_ report: DrillReport) -> JSONText {
    .object([
        ("ok", .boolean(report.projection.holds)),
        ("id", .string(report.record.backup.text)),
        ("throwAwayCluster", .boolean(report.usedThrowAwayCluster)),
        ("restoredBytes", .integer(report.record.restoredBytes ?? 0)),
        ("restoreSeconds", .number(report.restoreDuration / .seconds(1))),
        ("seconds", .number(report.duration / .seconds(1))),
        ("projectedSeconds", .number(report.projection.projectedSeconds)),
        ("targetSeconds", .number(report.projection.target / .seconds(1))),
        ("rows", .integer(report.record.comparison?.rows ?? 0)),
        ("tables", .integer(Int64(report.record.comparison?.tables ?? 0))),
        ("contents", report.record.comparison?.contents.map { .integer(Int64($0)) } ?? .null),
        ("findings", .array((report.record.comparison?.findings ?? []).map { .string($0) })),
        ("notes", .array((report.record.notes ?? []).map { .string($0) })),
    ])
}
