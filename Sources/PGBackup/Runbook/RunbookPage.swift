public import FoundationEssentials
import GroundworkCore

extension RunbookFacts {
    /// The runbook as Markdown: where the backups of this very database are, and the exact commands that bring one back,
    /// with our program and without it.
    public func markdown(now: Date) -> String {
        var text = Markdown()
        let name = newest?.source.database ?? "the database"
        text.add("# Restore \(Markdown.plain(name))")
        text.add(
            "Written by `backup runbook` at \(UTCDateTime(now).rfc3339). Write it anew when the database, the store or the "
                + "people change, and keep a copy where the platform's failure does not reach."
        )
        text.add("## Where things are")
        text.add(table)
        text.add("## With the backup program")
        text.add("Set the variables of the backup service; `RESTORE_DATABASE_URL` if the server is another. Then:")
        text.code(
            """
            backup list\(option)
            backup verify latest\(option)
            backup restore latest --into \(restored)\(option)
            """
        )
        text.add(
            "The new database is dropped again when anything fails; the old one is never touched. Look at it, then switch:"
        )
        text.code(
            """
            ALTER DATABASE \(SQL.identifier(name)) RENAME TO \(SQL.identifier("\(name)_broken"));
            ALTER DATABASE \(SQL.identifier(restored)) RENAME TO \(SQL.identifier(name));
            """,
            "sql"
        )
        text.add(
            "Or let the restore do it: `--swap` with the name of the old database renames both in one transaction, when the "
                + "rows of the new one are those of the backup. `--check` only says what the server lacks."
        )
        text.add("## Without it")
        text.add(byHand)
        text.code(commands)
        text.add(
            "If any part fails, drop the new database and begin again. The archive is of `pg_dump` in the custom format, "
                + "inside gzip. \(roles)"
        )
        text.add("## How long it takes")
        text.add(duration)
        text.add("## Who is told")
        text.add(
            notified.isEmpty
                ? "**Nobody.** Set `BACKUP_WEBHOOK_URL`, `BACKUP_PING_URL` or `BACKUP_MAIL_TO`."
                : notified.map { "- \(Markdown.plain($0))" }.joined(separator: "\n")
        )
        return text.page
    }

    /// The new database's name: plain, because PostgreSQL's programs take some names for options or connection strings.
    private var restored: String {
        let name = newest?.source.database ?? "app"
        let isPlain = name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
        }
        return isPlain && name.utf8.count <= 50 ? "\(name)_restored" : "database_restored"
    }

    private var option: String { databaseOption.map { " --database \(Shell.quoted($0))" } ?? "" }

    private var table: String {
        var rows = [("database", Markdown.code(database))]
        switch place.base {
        case .directory(let path): rows.append(("backups", "directory \(Markdown.code("\(path)/\(prefix)"))"))
        case .bucket(let name, let endpoint):
            rows.append(
                (
                    "backups",
                    "bucket \(Markdown.code(name)), folder \(Markdown.code("\(prefix)/"))"
                        + (endpoint.map { ", at \(Markdown.code($0))" } ?? ", at AWS")
                )
            )
        case .other(let words): rows.append(("backups", Markdown.plain(words)))
        }
        if let newest {
            let age = UTCDateTime(newest.finishedAt).rfc3339
            rows.append(
                ("newest", "\(Markdown.code(newest.id.text)), stored \(age), \(ByteText.of(newest.storedLength))")
            )
            rows.append(("server", "PostgreSQL \(Markdown.plain(newest.source.version))"))
        } else {
            rows.append(("newest", "**none yet**"))
        }
        rows.append(("how many", "\(backupCount)"))
        if let schedule { rows.append(("schedule", Markdown.plain("\(schedule)"))) }
        if let retention { rows.append(("kept", Markdown.plain(retention))) }
        return "| | |\n| --- | --- |\n" + rows.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n")
    }

    private var roles: String {
        guard let object = newest?.globals?.object else {
            return "Roles are not in it, and the service did not let them be dumped: make them by hand."
        }
        return
            "Roles are not in it but in the object \(Markdown.code(object.key)), without their passwords: `psql -f` makes "
            + "those that are missing."
    }

    private var byHand: String {
        let version = newest.map { PostgresVersion(number: $0.tool.versionNumber).majorText } ?? ""
        return
            "Any machine with the PostgreSQL client programs of version \(version.isEmpty ? "the server's" : version) or "
            + "newer, and something that can fetch an object. `PGHOST`, `PGPORT`, `PGUSER` and `PGPASSWORD` say where to:"
    }

    private var commands: String {
        let archive = newest?.objects.filter { $0.role == "archive" } ?? []
        var lines = ["set -o pipefail"]
        var files: [String] = []
        for (index, object) in archive.enumerated() {
            let file = index == 0 ? "backup.dump.gz" : "backup.dump.\(index + 1).gz"
            files.append(file)
            lines.append(fetch(object.key, as: file))
            lines.append("echo \(Shell.quoted("\(object.sha256)  \(file)")) | sha256sum --check")
        }
        if archive.isEmpty {
            files = ["backup.dump.gz"]
            lines.append(fetch("\(prefix)/data/ID.dump.gz", as: "backup.dump.gz"))
        }
        // Members of gzip follow one another, whichever file they are in.
        let all = files.joined(separator: " ")
        lines.append("createdb --template=template0 \(restored)")
        lines.append("gunzip -c \(all) | pg_restore --exit-on-error --no-owner -d \(restored)")
        return lines.joined(separator: "\n")
    }

    private func fetch(_ key: String, as file: String) -> String {
        switch place.base {
        case .directory(let path): "cp \(Shell.quoted("\(path)/\(key)")) \(file)"
        case .bucket(let name, let endpoint):
            "aws s3 cp \(Shell.quoted("s3://\(name)/\(key)")) \(file)"
                + (endpoint.map { " --endpoint-url \(Shell.quoted($0))" } ?? "")
        case .other: "# fetch \(Shell.quoted(key)) as \(file)"
        }
    }

    private var duration: String {
        guard let drill else {
            return "It was never measured: no drill was made yet."
                + (restoreTarget.map { " The target is \(DurationText.of($0.seconds))." } ?? "")
        }
        let health = BackupHealth.Drill(drill, newest: newest)
        var text =
            "The last drill, of \(Markdown.code(drill.backup.text)) at \(UTCDateTime(drill.startedAt).rfc3339), "
            + (drill.passed
                ? "took \(DurationText.of(health.restoreSeconds)) for the restore. "
                    + "The present database would take about \(DurationText.of(health.projectedSeconds))."
                : "**failed**: \(Markdown.plain(drill.message ?? "no reason was recorded"))")
        if let restoreTarget {
            let holds = drill.passed && health.projectedSeconds <= restoreTarget.seconds
            text += " The target of \(DurationText.of(restoreTarget.seconds)) \(holds ? "holds" : "**does not hold**")."
        }
        return text
    }
}

/// A page of Markdown, part by part.
private struct Markdown {
    private var parts: [String] = []

    mutating func add(_ part: String) { parts.append(part) }
    mutating func code(_ text: String, _ language: String = "bash") { parts.append("```\(language)\n\(text)\n```") }
    var page: String { parts.joined(separator: "\n\n") + "\n" }

    /// Text of others on one line, in which nothing is a sign of Markdown.
    static func plain(_ text: String) -> String {
        var result = ""
        for character in oneLine(text) {
            if "\\`*_{}[]<>|#".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }

    /// Text of others as code on one line.
    static func code(_ text: String) -> String {
        "`" + oneLine(text).filter { $0 != "`" && $0 != "|" } + "`"
    }

    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}

/// Words for a POSIX shell.
private enum Shell {
    /// The text as one word, whatever is in it.
    static func quoted(_ text: String) -> String {
        let safe = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "_-./:=@%+,".utf8.contains(byte)
        }
        guard !safe || text.isEmpty else { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
