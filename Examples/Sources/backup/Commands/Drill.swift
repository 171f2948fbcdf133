import ArgumentParser
import PGBackup
import Terminal

struct Drill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Rehearse a restore: into a database of its own, rows compared, indexes checked, time measured.",
        discussion: """
            A throw-away server is made for it by the programs beside pg_restore, unless DRILL_DATABASE_URL names one. \
            Nothing of the drill stays, but a record of it beside the backup. RESTORE_TARGET is how long a restore may take.
            """
    )

    @Argument(help: "The id of a backup, or latest.")
    var backup = "latest"

    @Flag(help: "Compare the rows themselves, and not only their numbers.")
    var contents = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let output = output
        let (name, contents) = (backup, contents)
        try await reporting(output, interrupted: "Nothing of the drill is left.") { variables in
            let settings = try Settings(needsDatabase: false, variables)
            let backups = settings.backups
            var options = DrillOptions()
            options.restoreTarget = settings.environment.restoreTarget
            options.comparesContents = contents
            if let server = settings.environment.drillDatabase { options.place = server.withValue { .server($0) } }
            let manifest = try await manifest(named: name, of: backups)
            let (line, handler) = progressLine("Drilling", quiet: output.quiet || output.json)
            defer { line.finish() }
            let report = try await backups.drill(manifest.id, options: options, progress: handler)
            line.finish()
            if output.json { return Self.printJSON(report) }
            let record = report.record
            for note in (record.notes ?? []) + (record.comparison?.findings ?? []) { Console.note("note: \(note)") }
            let place = report.usedThrowAwayCluster ? "a throw-away server" : "the server of DRILL_DATABASE_URL"
            let integrity = record.integrity.map { "\($0.indexes) indexes and \($0.tables) tables by amcheck" }
            Console.print(
                """
                Backup \(record.backup) restores
                  place      \(place), PostgreSQL \(report.toolchain.server)
                  rows       \(record.comparison?.rows ?? 0) in \(record.comparison?.tables ?? 0) tables, as in the manifest
                  checked    \(integrity ?? "nothing by amcheck")
                  restored   \(Format.bytes(record.restoredBytes ?? 0)) in \(Format.duration(report.restoreDuration)), \
                analyzed in \(Format.duration(report.analyzeDuration)) (\
                \(Format.rate(record.restoredBytes ?? 0, in: report.restoreDuration + report.analyzeDuration)))
                  target     \(report.projection.holds ? "holds" : "MISSED"): \(report.projection.sentence)
                  total      \(Format.duration(report.duration))
                """
            )
        }
    }

    private static func printJSON(_ report: DrillReport) {
        let record = report.record
        let json: JSONText = .object([
            ("ok", true), ("id", .string(record.backup.text)),
            ("rows", .integer(record.comparison?.rows ?? 0)),
            ("tables", .integer(Int64(record.comparison?.tables ?? 0))),
            ("restoredBytes", .integer(record.restoredBytes ?? 0)),
            ("restoreSeconds", .number(record.restoreSeconds ?? 0)),
            ("projectedSeconds", .number(report.projection.projectedSeconds)),
            ("targetSeconds", .number(report.projection.target / .seconds(1))),
            ("holds", .boolean(report.projection.holds)),
            ("seconds", .number(report.duration / .seconds(1))),
            ("notes", .array((record.notes ?? []).map { .string($0) })),
        ])
        Console.print(json.text)
    }
}
