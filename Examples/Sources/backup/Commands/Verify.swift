import ArgumentParser
import PGBackup
import Terminal

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read a backup back, compare its SHA-256 and let pg_restore decode all of it."
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
            let report = try await backups.verify(manifest.id, progress: handler)
            line.finish()
            if output.json {
                let json: JSONText = .object([
                    ("ok", true), ("id", .string(report.id.text)), ("archiveBytes", .integer(report.archiveBytes)),
                    ("storedBytes", .integer(report.storedBytes)), ("seconds", .number(report.duration / .seconds(1))),
                ])
                Console.print(json.text)
                return
            }
            Console.print(
                """
                Backup \(report.id) is whole
                  stored     \(Format.bytes(report.storedBytes)), SHA-256 as in the manifest
                  decoded    \(Format.bytes(report.archiveBytes)) by pg_restore \(report.decodedBy.version)
                  total      \(Format.duration(report.duration))
                """
            )
        }
    }
}
