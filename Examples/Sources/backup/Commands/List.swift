import ArgumentParser
import FoundationEssentials
import PGBackup
import Terminal

struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the backups, the newest first.")

    @Flag(help: "List the objects of the Railway template postgres-s3-backups instead: PREFIX-TIME.tar.gz.")
    var legacy = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let output = output
        guard !legacy else { return try await listLegacy(output) }
        try await reporting(output) { environment in
            let backups = try await Settings.backups(output, needsDatabase: false, environment)
            let listing = try await backups.list()
            let pins = try await backups.pins()
            if output.json {
                Console.print(json(listing, Set(pins.map(\.backup))).text)
            } else if listing.backups.isEmpty {
                Console.print("No backup under \(backups.configuration.prefix) in \(backups.store.location).")
            } else {
                for manifest in listing.backups {
                    let finished = manifest.finishedAt.formatted(.iso8601)
                    let size = Format.bytes(manifest.storedLength)
                    let reason = pins.first { $0.backup == manifest.id }?.reason
                    let pin = reason.map { "  pinned: \(Format.line($0))" } ?? ""
                    let name = Format.line(manifest.source.database)
                    Console.print("\(manifest.id)  \(finished)  \(size)  \(name)\(pin)")
                }
            }
            for entry in listing.unreadable { Console.note("unreadable: \(Format.line(entry.key)): \(entry.error)") }
            if !listing.unreadable.isEmpty { throw ExitCode(1) }
        }
    }
}

private func json(_ listing: BackupListing, _ pinned: Set<BackupID>) -> JSONText {
    .object([
        ("ok", .boolean(listing.unreadable.isEmpty)),
        (
            "backups",
            .array(
                listing.backups.map { manifest in
                    .object([
                        ("id", .string(manifest.id.text)),
                        ("finishedAt", .string(manifest.finishedAt.formatted(.iso8601))),
                        ("database", .string(manifest.source.database)),
                        ("archiveBytes", .integer(manifest.archive.length)),
                        ("storedBytes", .integer(manifest.storedLength)),
                        ("pinned", .boolean(pinned.contains(manifest.id))),
                    ])
                }
            )
        ),
        (
            "unreadable",
            .array(
                listing.unreadable.map { entry in
                    .object([("key", .string(entry.key)), ("error", .string(entry.error.description))])
                }
            )
        ),
    ])
}

private func listLegacy(_ output: OutputOptions) async throws {
    try await reporting(output) { environment in
        // The template knew no folders: whatever the databases are now, its objects lie beside that of all of them.
        let backups = try Settings(needsDatabase: false, environment).base
        let found = try await backups.legacyBackups()
        if output.json {
            let entries: [JSONText] = found.map { backup in
                .object([
                    ("key", .string(backup.key)), ("date", .string(backup.date.formatted(.iso8601))),
                    ("storedBytes", .integer(backup.size)),
                ])
            }
            Console.print(JSONText.object([("ok", true), ("legacy", .array(entries))]).text)
        } else if found.isEmpty {
            Console.print(
                "No object of the template: \(backups.configuration.prefix)-TIME.tar.gz in \(backups.store.location)."
            )
        } else {
            for backup in found {
                Console.print(
                    "\(Format.line(backup.key))  \(backup.date.formatted(.iso8601))  \(Format.bytes(backup.size))"
                )
            }
        }
    }
}
