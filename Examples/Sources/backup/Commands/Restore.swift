import ArgumentParser
import PGBackup
import Terminal

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Restore a backup, by default into a new database.",
        discussion: """
            The server is that of RESTORE_DATABASE_URL, or else of BACKUP_DATABASE_URL. It is looked at first: what it \
            lacks ends the restore before anything is created. An existing database is touched only with --into-existing \
            and its name once more in --confirm; with --swap it is renamed and stays.
            """
    )

    @Argument(help: "The id of a backup, or latest.")
    var backup = "latest"

    @Option(help: "The key of an object of the Railway template (PREFIX-TIME.tar.gz) to restore in place of a backup.")
    var key: String?

    @Option(help: "The name of the new database.")
    var into: String?

    @Option(
        help: """
            The name that the new database gets when it is restored and has the rows of the backup. A database of that name \
            is renamed to NAME_before_TIME; nothing is dropped.
            """
    )
    var swap: String?

    @Flag(help: "With --swap: end the sessions that are in the way. Without it they are named, and nothing is renamed.")
    var endSessions = false

    @Option(help: "The name of an existing database whose objects are replaced.")
    var intoExisting: String?

    @Option(help: "The name of the existing database once more.")
    var confirm: String?

    @Flag(help: "First create the roles of the backup that the server lacks, without passwords.")
    var createRoles = false

    @Flag(help: "Make the role that restores the owner of everything, and grant nothing to others.")
    var noOwner = false

    @Flag(help: "Sort text as the server does, where it does not know the locale of the backup.")
    var serverLocale = false

    @Flag(help: "Only look whether the server has all that the backup needs.")
    var check = false

    @Flag(help: "Try it even though the server lacks something that the backup needs.")
    var tryAnyway = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (into == nil) != (intoExisting == nil) else {
            throw ValidationError("Say where to: --into NEW-DATABASE, or --into-existing DATABASE --confirm DATABASE.")
        }
        guard key == nil || (into != nil && backup == "latest") else {
            throw ValidationError("--key stands in place of a backup's id, and goes with --into NEW-DATABASE only.")
        }
        guard key == nil || (swap == nil && !check) else {
            throw ValidationError("--swap and --check need a backup with a manifest; --key names an object without.")
        }
        guard swap == nil || (into != nil && swap != into) else {
            throw ValidationError("--swap goes with --into NEW-DATABASE, and names another database than that.")
        }
        guard !endSessions || swap != nil else { throw ValidationError("--end-sessions goes with --swap.") }
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
                "--into-existing replaces objects of the database \(intoExisting). To confirm, add --confirm \(intoExisting)."
            )
        }
    }

    func run() async throws {
        let arguments = self
        let output = output
        var left = "The new database is dropped again."
        if intoExisting != nil { left = "The existing database is as it was before." }
        if swap != nil {
            left = "The new database is dropped again; if it was complete, it stays, and so does the old one."
        }
        try await reporting(output, interrupted: left) { environment in
            let other = try arguments.server(environment)
            let backups = try await Settings.backups(output, needsDatabase: other == nil, environment)
            let server = other ?? backups.configuration.database
            if let key = arguments.key { return try await arguments.restoreLegacy(key, backups, server) }
            let manifest = try await manifest(named: arguments.backup, of: backups)
            if arguments.check { return try await arguments.look(manifest.id, backups, server) }
            let (line, handler) = progressLine("Restoring", quiet: output.quiet || output.json)
            defer { line.finish() }
            let report = try await backups.restore(
                manifest.id,
                into: arguments.target(on: server),
                options: arguments.options,
                progress: handler
            )
            line.finish()
            let swap = try await arguments.swapIn(report, backups, server)
            let warnings = report.warnings + (swap?.warnings ?? [])
            let database = swap?.database ?? report.database
            if output.json {
                var entries: [(String, JSONText)] = [
                    ("ok", true), ("id", .string(report.id.text)), ("database", .optional(database.database)),
                    ("archiveBytes", .integer(report.archiveBytes)),
                    ("seconds", .number(report.duration / .seconds(1))),
                    ("warnings", .array(warnings.map { .string($0) })),
                ]
                if let swap { entries.append(("oldDatabase", .optional(swap.oldName))) }
                Console.print(JSONText.object(entries).text)
                return
            }
            for warning in warnings { Console.note("warning: \(warning)") }
            Console.print(
                """
                Backup \(report.id) is restored
                  database   \(database)\(report.isNew && swap == nil ? ", new" : "")\(arguments.place(of: swap))
                  restored   \(Format.bytes(report.archiveBytes)) in \(Format.duration(report.restoreDuration)) \
                (\(Format.rate(report.archiveBytes, in: report.restoreDuration)))
                  analyzed   \(Format.duration(report.analyzeDuration))
                  total      \(Format.duration(report.duration))
                """
            )
        }
    }

    /// Says what the server lacks; status 1 when the restore would fail.
    private func look(_ id: BackupID, _ backups: PostgresBackup, _ server: DatabaseURL) async throws {
        let preflight = try await backups.preflight(id, into: target(on: server), options: options)
        if output.json {
            let problems: [JSONText] = preflight.problems.map { problem in
                .object([
                    ("kind", .string(problem.kind.rawValue)), ("severity", .string("\(problem.severity)")),
                    ("message", .string(problem.message)),
                ])
            }
            let json: JSONText = .object([
                ("ok", .boolean(preflight.passes)), ("id", .string(id.text)), ("problems", .array(problems)),
            ])
            Console.print(json.text)
        } else {
            for problem in preflight.problems {
                Console.print("\(problem.severity)  \(Format.line(problem.message))")
            }
            Console.print(
                preflight.passes
                    ? "Nothing stands in the way of the restore." : "The restore would fail. Nothing was created."
            )
        }
        if !preflight.passes { throw ExitCode(1) }
    }

    /// Puts the restored database in the place of another, where that is wanted.
    private func swapIn(
        _ report: RestoreReport,
        _ backups: PostgresBackup,
        _ server: DatabaseURL
    ) async throws -> SwapReport? {
        guard let swap, let into else { return nil }
        // Who asks for this wants the rows of the backup, not something like them.
        guard report.rowsAgree != false else {
            for warning in report.warnings { Console.note("warning: \(warning)") }
            throw PGBackupError(
                .restoredDataDiffers,
                "The rows of \(into) are not those of the backup, so that it was not swapped in. It stays as it is, and "
                    + "\(swap) was not touched."
            )
        }
        var options = SwapOptions()
        options.endsSessions = endSessions
        do {
            return try await backups.swap(into, into: swap, on: server, options: options)
        } catch {
            Console.note("The backup is restored as \(into), and \(swap) was not touched.")
            throw error
        }
    }

    private func place(of swap: SwapReport?) -> String {
        guard let swap else { return "" }
        guard let old = swap.oldName else { return ", under a name that was free" }
        return ", in the place of the one that is \(Format.line(old)) now"
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
        for warning in report.warnings { Console.note("warning: \(warning)") }
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
        options.usesServerLocale = serverLocale
        options.triesDespiteProblems = tryAnyway
        options.dropsExistingObjects = intoExisting != nil
        return options
    }
}
