extension DumpOptions {
    /// What an option does.
    enum Meaning {
        case schema, excludedSchema, table, excludedTable, tableWithoutData, lockWaitTimeout
        /// Handed on as it is.
        case flag(String)
        /// Handed on with its value.
        case valued(String)
        /// Handed on with a number.
        case number(String)
        /// Taken only as what it is anyway.
        case encoding
        /// Without any effect on an archive, whoever makes it.
        case ignored
        /// Without any effect on our archive.
        case ignoredFlag
        /// Without any effect on our archive, with its value.
        case ignoredValue

        var takesValue: Bool {
            switch self {
            case .flag, .ignored, .ignoredFlag: false
            default: true
            }
        }
    }

    static let shortNames = [
        "-n": "--schema", "-N": "--exclude-schema", "-t": "--table", "-T": "--exclude-table", "-e": "--extension",
        "-b": "--large-objects", "-B": "--no-large-objects", "-O": "--no-owner", "-x": "--no-privileges",
        "-c": "--clean", "-C": "--create", "-v": "--verbose", "-w": "--no-password", "-f": "--file", "-F": "--format",
        "-Z": "--compress", "-j": "--jobs", "-d": "--dbname", "-h": "--host", "-p": "--port", "-U": "--username",
        "-W": "--password", "-S": "--superuser", "-E": "--encoding", "-s": "--schema-only", "-a": "--data-only",
    ]

    /// Flags that are handed on.
    private static let flags = [
        "--no-comments", "--no-publications", "--no-subscriptions", "--no-security-labels",
        "--no-table-access-method", "--no-toast-compression", "--no-unlogged-table-data", "--no-policies",
        "--strict-names", "--serializable-deferrable", "--load-via-partition-root", "--enable-row-security",
        "--quote-all-identifiers", "--schema-only", "--inserts", "--no-statistics", "--disable-dollar-quoting",
        "--use-set-session-authorization", "--column-inserts", "--on-conflict-do-nothing",
    ]

    static let meanings: [String: Meaning] = {
        var meanings: [String: Meaning] = [
            "--schema": .schema, "--exclude-schema": .excludedSchema, "--table": .table,
            "--exclude-table": .excludedTable, "--exclude-table-data": .tableWithoutData,
            "--lock-wait-timeout": .lockWaitTimeout,
            // The names of version 16 and later; the old ones are understood by all.
            "--large-objects": .flag("--blobs"), "--blobs": .flag("--blobs"),
            "--no-large-objects": .flag("--no-blobs"), "--no-blobs": .flag("--no-blobs"),
            "--no-privileges": .flag("--no-privileges"), "--no-acl": .flag("--no-privileges"),
            // Choices of whoever restores an archive, not of whoever makes it.
            "--no-owner": .ignored, "--clean": .ignored, "--if-exists": .ignored, "--create": .ignored,
            "--verbose": .ignored, "--no-password": .ignored, "--no-sync": .ignored, "--no-tablespaces": .ignored,
            // Only the form of the file, which is ours.
            "--format": .ignoredValue, "--compress": .ignoredValue, "--jobs": .ignoredValue,
            "--superuser": .ignoredValue, "--sync-method": .ignoredValue, "--restrict-key": .ignoredValue,
            "--disable-triggers": .ignoredFlag, "--encoding": .encoding,
            "--attribute-inserts": .flag("--column-inserts"),
            "--extension": .valued("--extension"), "--role": .valued("--role"),
            "--table-and-children": .valued("--table-and-children"),
            "--exclude-table-and-children": .valued("--exclude-table-and-children"),
            "--exclude-table-data-and-children": .valued("--exclude-table-data-and-children"),
            "--exclude-extension": .valued("--exclude-extension"),
            "--include-foreign-data": .valued("--include-foreign-data"),
            "--extra-float-digits": .number("--extra-float-digits"),
            "--rows-per-insert": .number("--rows-per-insert"),
        ]
        for flag in flags { meanings[flag] = .flag(flag) }
        return meanings
    }()

    private static let ourFormat = "the backup is a custom archive that is compressed and stored while it is made"
    private static let ourConnection = "the database, its server and its user are those of the database URL"

    static let refusals = [
        "--file": ourFormat,
        "--dbname": ourConnection, "--host": ourConnection, "--port": ourConnection, "--username": ourConnection,
        "--password": ourConnection,
        "--data-only": "rows without their tables are no backup of a database",
        "--section": "a part of a dump is no backup of a database",
        "--snapshot": "the dump takes a snapshot of its own",
        "--filter": "pg_dump would read a local file; name the schemas and tables here",
        "--no-data": "rows are what a backup is for; --schema-only says so on purpose",
        "--no-schema": "rows without their tables are no backup of a database",
        "--statistics-only": "statistics alone are no backup of a database",
        "--binary-upgrade": "it is for pg_upgrade alone",
    ]
}
