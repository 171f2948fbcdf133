import ArgumentParser
import PGBackup
import Terminal

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Restore a backup, by default into a new database.",
        discussion: """
            The server is that of RESTORE_DATABASE_URL, or else of BACKUP_DATABASE_URL. An existing database is touched \
            only with --into-existing and its name once more in --confirm.
            """
    )

    @Argument(help: "The id of a backup, or latest.")
    var backup = "latest"

    @Option(help: "The key of an object of the Railway template (PREFIX-TIME.tar.gz) to restore in place of a backup.")
    var key: String?

    @Option(help: "The name of the new database.")
    var into: String?

    @Option(help: "The name of an existing database whose objects are replaced.")
    var intoExisting: String?

    @Option(help: "The name of the existing database once more.")
    var confirm: String?

    @Flag(help: "First create the roles of the backup that the server lacks, without passwords.")
    var createRoles = false

    @Flag(help: "Make the role that restores the owner of everything, and grant nothing to others.")
    var noOwner = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (into == nil) != (intoExisting == nil) else {
            throw ValidationError("Say where to: --into NEW-DATABASE, or --into-existing DATABASE --confirm DATABASE.")
        }
        guard key == nil || (into != nil && backup == "latest") else {
            throw ValidationError("--key stands in place of a backup's id, and goes with --into NEW-DATABASE only.")
        }
        guard !createRoles || (into != nil && key == nil) else {
            throw ValidationError(
                "--create-roles goes with --into NEW-DATABASE and a backup of ours only: objects of the template hold no roles, "
                    + "and an existing database has its own."
            )
        }
        guard confirm == nil || intoExisting != nil else {
            throw ValidationError("--confirm belongs to --into-existing; a new database needs no confirmation.")
        }
        if let intoExisting, confirm != intoExisting {
            throw ValidationError(
                "Objects of the existing database \(intoExisting) will be replaced. To confirm, add --confirm \(intoExisting)."
            )
        }
    }

    func run() async throws {
        let arguments = self
        let output = output
        let left =
            intoExisting == nil
            ? "The new database is dropped again." : "The existing database is as it was before."
        try await reporting(output, interrupted: left) { environment in
            let other = try arguments.server(environment)
            let backups = try await Settings.backups(output, needsDatabase: other == nil, environment)
            let server = other ?? backups.configuration.database
            if let key = arguments.key { return try await arguments.restoreLegacy(key, backups, server) }
            let manifest = try await manifest(named: arguments.backup, of: backups)
            let (line, handler) = progressLine("Restoring", quiet: output.quiet || output.json)
            defer { line.finish() }
            let report = try await backups.restore(
                manifest.id,
                into: arguments.target(on: server),
                options: arguments.options,
                progress: handler
            )
            line.finish()
            if output.json {
                let json: JSONText = .object([
                    ("ok", true), ("id", .string(report.id.text)), ("database", .optional(report.database.database)),
                    ("archiveBytes", .integer(report.archiveBytes)),
                    ("seconds", .number(report.duration / .seconds(1))),
                    ("warnings", .array(report.warnings.map { .string($0) })),
                ])
                Console.print(json.text)
                return
            }
            for warning in report.warnings { Console.note("warning: \(warning)") }
            Console.print(
                """
                Backup \(report.id) is restored
                  database   \(report.database)\(report.isNew ? ", new" : "")
                  restored   \(Format.bytes(report.archiveBytes)) in \(Format.duration(report.restoreDuration)) \
                (\(Format.rate(report.archiveBytes, in: report.restoreDuration)))
                  analyzed   \(Format.duration(report.analyzeDuration))
                  total      \(Format.duration(report.duration))
                """
            )
        }
    }

    /// Restores an object of the template.
    private func restoreLegacy(_ key: String, _ backups: PostgresBackup, _ server: DatabaseURL) async throws {
        let (line, handler) = progressLine("Restoring", quiet: output.quiet || output.json)
        defer { line.finish() }
        let report = try await backups.restoreLegacy(
            key: key,
            intoNew: into ?? "",
            on: server,
            options: options,
            progress: handler
        )
        line.finish()
        if output.json {
            let json: JSONText = .object([
                ("ok", true), ("key", .string(report.key)), ("database", .optional(report.database.database)),
                ("archiveBytes", .integer(report.archiveBytes)), ("seconds", .number(report.duration / .seconds(1))),
            ])
            Console.print(json.text)
            return
        }
        Console.print(
            """
            Object \(Format.line(report.key)) is restored
              database   \(report.database), new
              restored   \(Format.bytes(report.archiveBytes)) in \(Format.duration(report.duration))
              proof      gzip's checksum and pg_restore only: the template keeps no manifest
            """
        )
    }

    private func server(_ environment: [String: String]) throws -> DatabaseURL? {
        guard let text = environment["RESTORE_DATABASE_URL"], !text.isEmpty else { return nil }
        do {
            return try DatabaseURL(parsing: text)
        } catch {
            throw Settings.Problem(
                description: "RESTORE_DATABASE_URL cannot be read: \(error). Expected \(DatabaseURL.expectedText)."
            )
        }
    }

    private func target(on server: DatabaseURL) -> RestoreTarget {
        if let into { return .newDatabase(into, on: server) }
        let name = intoExisting ?? ""
        return .existingDatabase(server.with(database: name), confirmation: .overwrite(databaseNamed: confirm ?? ""))
    }

    private var options: RestoreOptions {
        var options = RestoreOptions()
        options.restoresOwners = !noOwner
        options.restoresPrivileges = !noOwner
        options.createsRoles = createRoles
        options.dropsExistingObjects = intoExisting != nil
        return options
    }
}
