import GroundworkCore

/// Turns what a client program said when it failed into an error with a remedy.
///
/// The programs give no codes for errors of the connection, so their English text (`LC_ALL=C.UTF-8`) is read; the
/// server's messages may be in its own language, therefore SQLSTATEs are looked at where they are printed.
enum ToolFailure {
    static func error(for process: ToolProcess, _ exit: ToolExit, connection: Connection) -> PGBackupError {
        error(tool: process.command.name, exit, text: connection.redact(process.errorText), url: connection.url)
    }

    static func error(for command: ToolCommand, _ result: ToolResult, connection: Connection) -> PGBackupError {
        error(tool: command.name, result.exit, text: connection.redact(result.errorText), url: connection.url)
    }

    static func error(tool: String, _ exit: ToolExit, text: String, url: DatabaseURL?) -> PGBackupError {
        let place = url.map { "\($0)" } ?? "the database"
        if case .notStarted(let error) = exit {
            return PGBackupError(
                .toolMissing,
                "\(tool) could not be started. Check that the PostgreSQL client programs are installed and may be run.",
                toolOutput: text,
                underlyingError: error
            )
        }
        if case .signaled(let signal) = exit {
            return PGBackupError(
                .toolKilled,
                "\(tool) was killed by signal \(signal)\(signal == 9 ? ", perhaps for want of memory" : ""), and its "
                    + "output is incomplete. Look into the system's log, then run it again.",
                toolOutput: text,
                isRetryable: true
            )
        }
        for rule in rules where rule.signs.contains(where: { text.firstRange(of: $0) != nil }) {
            let message = "\(tool): \(rule.message(place, url))\(poolerHint(url, rule.code))"
            return PGBackupError(rule.code, message, toolOutput: text)
        }
        let message = "\(tool) failed with \(exit) on \(place).\(poolerHint(url, .toolFailed))"
        return PGBackupError(.toolFailed, message, toolOutput: text)
    }

    /// A pooler in between is the likelier cause of some failures.
    private static func poolerHint(_ url: DatabaseURL?, _ code: PGBackupError.Code) -> String {
        guard [.toolFailed, .connectionFailed, .connectionLost].contains(code), let hint = url?.poolerHint else {
            return ""
        }
        return " \(hint)"
    }

    private struct Rule {
        let code: PGBackupError.Code
        let signs: [String]
        let message: @Sendable (_ place: String, _ url: DatabaseURL?) -> String
    }

    private static let rules: [Rule] = [
        Rule(code: .noSpace, signs: ["53100", "No space left on device"]) { place, _ in
            "the disk of the server of \(place) is full."
        },
        Rule(code: .toolUnsuitable, signs: ["unrecognized configuration parameter \"transaction_timeout\""]) {
            place,
            _ in
            "it is newer than the server of \(place), which does not know all of its settings. Install the client programs of "
                + "the server's version, or restore into a new database."
        },
        Rule(
            code: .extensionMissing,
            signs: ["could not open extension control file", "is not available\nDETAIL", "0A000: extension"]
        ) { place, _ in
            "the server of \(place) lacks an extension that the backup needs. Install its package there."
        },
        // The first is of a collation of the system: collation "pg_catalog.de_DE" for encoding "UTF8" does not exist.
        Rule(
            code: .localeMissing,
            signs: [
                "\" for encoding \"", "could not create locale", "could not open collator for locale",
                "ICU is not supported",
            ]
        ) { place, _ in
            "the server of \(place) does not know a locale that a collation of the backup needs. Install it there (locale-gen) "
                + "and restart the server; a collation of the system is known to clusters that are made after that."
        },
        Rule(code: .toolUnsuitable, signs: ["server version mismatch"]) { place, _ in
            "it is older than the server of \(place). Install the client programs of the server's version."
        },
        Rule(
            code: .authenticationFailed,
            signs: [
                "password authentication failed", "no password supplied", "no pg_hba.conf entry", "SASL authentication",
                "authentication failed", "pg_hba.conf rejects",
            ]
        ) { place, _ in
            "the server refused the login to \(place). Check the user and the password in the database URL (signs like "
                + "@ : / must be percent-encoded), and that the server lets this user in from this machine."
        },
        Rule(code: .authenticationFailed, signs: ["FATAL:  role \"", "FATAL:  28000"]) { place, _ in
            "the server does not know the user of \(place), or does not let it log in. Check the database URL."
        },
        Rule(code: .roleMissing, signs: ["ERROR:  role \""]) { place, _ in
            "the server of \(place) lacks a role that owns something in the backup or has rights in it. Create the role first, "
                + "or switch off restoresOwners and restoresPrivileges."
        },
        Rule(code: .databaseNotFound, signs: ["3D000", "FATAL:  database \""]) { place, url in
            "there is no database \(url?.database ?? url?.user ?? "") at \(place). Check the name at the end of the "
                + "database URL."
        },
        Rule(
            code: .tlsFailed,
            signs: ["SSL error", "certificate verify failed", "server does not support SSL", "sslmode"]
        ) {
            place,
            _ in
            "TLS with \(place) failed. Check sslmode and sslrootcert in the database URL."
        },
        Rule(code: .lockTimeout, signs: ["55P03", "lock timeout", "canceling statement due to statement timeout"]) {
            place,
            _ in
            "a table of \(place) stayed locked by somebody else, usually a migration. Run it again when that is done, or "
                + "allow a longer lockWaitTimeout."
        },
        Rule(code: .standbyConflict, signs: ["conflict with recovery"]) { place, _ in
            "the standby \(place) cancelled the dump because it conflicted with recovery. Run it again; set "
                + "hot_standby_feedback = on, or back up the primary."
        },
        Rule(
            code: .connectionLost,
            signs: [
                "server closed the connection unexpectedly", "terminating connection", "57P01", "57P02",
                "connection to server was lost", "no connection to the server", "SSL connection has been closed",
                "could not receive data from server", "server process terminated",
            ]
        ) { place, _ in
            "the server of \(place) ended the connection in the middle. Look into its log, then run it again."
        },
        Rule(
            code: .connectionFailed,
            signs: [
                "could not translate host name", "Connection refused", "connection to server", "could not connect",
                "timeout expired", "No route to host", "too many clients", "connection slots are reserved",
                "the database system is",
            ]
        ) { place, _ in
            "the server of \(place) cannot be reached or takes no connection. Check host and port in the database URL and "
                + "that the server runs."
        },
        Rule(code: .permissionDenied, signs: ["42501", "permission denied", "row-level security policy"]) { place, _ in
            "the user lacks a right in \(place). A backup needs the right to read every table (GRANT pg_read_all_data), a "
                + "restore that to create databases (CREATEDB)."
        },
        Rule(code: .databaseExists, signs: ["42P04"]) { place, _ in
            "a database of that name exists at \(place) already."
        },
    ]
}
