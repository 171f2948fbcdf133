import ArgumentParser
import PGBackup
import Terminal

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take a backup now.")

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let output = output
        try await reporting(output, interrupted: "What was begun is removed and no backup.") { environment in
            let backups = try Settings.backups(environment: environment)
            let (line, handler) = progressLine("Backing up", quiet: output.quiet || output.json)
            defer { line.finish() }
            let report = try await backups.run(progress: handler)
            line.finish()
            let manifest = report.manifest
            if output.json {
                Console.print(json(report, location: backups.store.location).text)
                return
            }
            for warning in report.warnings { Console.note("warning: \(warning)") }
            Console.print(
                """
                Backup \(manifest.id)
                  database   \(Format.line(manifest.source.database)), PostgreSQL \(manifest.source.version)
                  dumped     \(Format.bytes(manifest.archive.length)) in \(Format.duration(report.dumpDuration)) \
                (\(Format.rate(manifest.archive.length, in: report.dumpDuration))) with pg_dump \(report.toolchain.chosen.version)
                  stored     \(Format.bytes(manifest.storedLength)), checked by \(report.check)
                  total      \(Format.duration(report.duration))
                """
            )
            Console.print("  store      \(backups.store.location)")
            for object in manifest.objects { Console.print("  data       \(object.key)") }
            Console.print("  manifest   \(report.manifestKey)")
        }
    }
}

private func json(_ report: BackupReport, location: String) -> JSONText {
    let manifest = report.manifest
    return .object([
        ("ok", true),
        ("id", .string(manifest.id.text)),
        ("database", .string(manifest.source.database)),
        ("serverVersion", .string(manifest.source.version)),
        ("archiveBytes", .integer(manifest.archive.length)),
        ("storedBytes", .integer(manifest.storedLength)),
        ("seconds", .number(report.duration / .seconds(1))),
        ("dumpSeconds", .number(report.dumpDuration / .seconds(1))),
        ("check", .string("\(report.check)")),
        ("store", .string(location)),
        ("manifest", .string(report.manifestKey)),
        ("objects", .array(manifest.objects.map { .string($0.key) })),
        ("warnings", .array(report.warnings.map { .string($0) })),
    ])
}
