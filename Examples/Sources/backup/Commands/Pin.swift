import ArgumentParser
import PGBackup
import Terminal

struct Pin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keep a backup whatever its age, until it is unpinned.",
        discussion: "The pin is an object beside the backups; `backup list` shows it. Pinning again changes the reason."
    )

    @Argument(help: "The id of a backup, or latest.")
    var backup: String

    @Option(help: "Why it is kept, for those who come later.")
    var reason = ""

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (output, name, reason) = (output, backup, reason)
        try await reporting(output) { environment in
            let backups = try await Settings.backups(output, needsDatabase: false, environment)
            let id = try await manifest(named: name, of: backups).id
            try await backups.pin(id, reason: reason)
            show("Backup \(id) is pinned: it stays whatever its age.", id, isPinned: true, output)
        }
    }
}

struct Unpin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let retention delete a pinned backup again.",
        discussion: "Nothing is deleted by it: the next run or `backup prune` judges the backup like any other."
    )

    @Argument(help: "The id of the backup.")
    var backup: String

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (output, name) = (output, backup)
        try await reporting(output) { environment in
            let backups = try await Settings.backups(output, needsDatabase: false, environment)
            // The pin of a backup that cannot be read goes away too.
            guard let id = BackupID(name) else {
                throw Settings.Problem(description: "\(name) is not the id of a backup. `backup list` shows them.")
            }
            let wasPinned = try await backups.pins().contains { $0.backup == id }
            try await backups.unpin(id)
            show(
                wasPinned ? "Backup \(id) is no longer pinned." : "Backup \(id) was not pinned.",
                id,
                isPinned: false,
                output
            )
        }
    }
}

private func show(_ text: String, _ id: BackupID, isPinned: Bool, _ output: OutputOptions) {
    guard output.json else { return Console.print(text) }
    Console.print(JSONText.object([("ok", true), ("id", .string(id.text)), ("pinned", .boolean(isPinned))]).text)
}
