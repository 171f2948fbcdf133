import ArgumentParser

@main
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Backs up a PostgreSQL database to an S3-compatible store or a directory, and restores it.",
        discussion: """
            It is configured by environment variables:

              BACKUP_DATABASE_URL      postgresql://user:password@host:5432/name
              BACKUP_FILE_PREFIX       what all keys begin with (default: backup)
              BACKUP_DESTINATION       file:///a/directory instead of a bucket
              RESTORE_DATABASE_URL     the server to restore to, if another
              AWS_ACCESS_KEY_ID        the store's credentials
              AWS_SECRET_ACCESS_KEY
              AWS_S3_BUCKET            the bucket
              AWS_S3_ENDPOINT          the store's URL: https://s3.example.com
              AWS_S3_REGION            the region (auto for R2)
              AWS_S3_FORCE_PATH_STYLE  true: the bucket stands in the path

            Exit codes:

              0  done                  64   wrong arguments
              1  failed                130  interrupted
              2  wrong configuration
            """,
        subcommands: [Run.self, List.self, Verify.self, Restore.self]
    )
}

/// What every subcommand accepts.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false
}
