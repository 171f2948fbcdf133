import ArgumentParser
import EnvSchema

@main
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Backs up a PostgreSQL database to an S3-compatible store or a directory, and restores it.",
        discussion: """
            It is configured by environment variables; Examples/Backup/ENVIRONMENT_VARIABLES.md says more of each, and \
            `backup doctor` looks at every one:

            \(variables)

            Without a subcommand it follows BACKUP_CRON_SCHEDULE (0 5 * * *), or makes one backup with
            SINGLE_SHOT_MODE=true.

            Exit codes:

              0    done
              1    failed: there is no backup
              2    wrong configuration
              3    another run is at work
              4    stored, but not verified; of verify and drill: the backup is
                   at fault, or a restore takes too long
              5    stored and verified, but somebody was not told, old backups
                   were not pruned, or nothing kept a second run away
              64   wrong arguments
              130  interrupted (143 by SIGTERM)
            """,
        subcommands: [
            Run.self, Serve.self, List.self, Verify.self, Restore.self, Prune.self, Pin.self, Unpin.self, Drill.self,
            Doctor.self, RunbookCommand.self, VariablesCommand.self, Start.self,
        ],
        defaultSubcommand: Start.self
    )
}

/// The names of all variables, with what they are for.
private var variables: String {
    BackupEnvironment.variables.map { variable in
        let space = String(repeating: " ", count: max(1, 26 - variable.name.count))
        return "  \(variable.name)\(space)\(variable.help)"
    }
    .joined(separator: "\n")
}

/// What every subcommand accepts.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON value instead of text: an object, or of a run of several databases an array of them.")
    var json = false

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false

    @Option(help: "Which database, where BACKUP_DATABASE_URL names several.")
    var database: String?
}
