import ArgumentParser
import FoundationEssentials
import PGBackup
import Terminal

struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show which backups retention would delete, and why; delete them with --delete.",
        discussion: """
            The policy is that of BACKUP_RETENTION_DAYS and BACKUP_KEEP_*. Never deleted: pinned backups (see backup pin), \
            the last verified one, the newest BACKUP_KEEP_AT_LEAST, anything without a manifest of ours, and objects of the \
            Railway template. What interrupted runs left is removed when it is two days old, or a \
            day older than BACKUP_DEADLINE.
            """
    )

    @Flag(help: "Delete what is shown without it.")
    var delete = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (delete, output) = (delete, output)
        try await reporting(output, interrupted: "Some of the backups may be deleted.") { environment in
            let settings = try Settings(needsDatabase: false, environment)
            var options = PruneOptions()
            options.policy = settings.retention
            options.isDryRun = !delete
            options.orphanAge = settings.orphanAge
            let report = try await settings.one(output.database).prune(options)
            if output.json {
                Console.print(json(report).text)
            } else {
                show(report)
            }
            for warning in report.warnings { Console.note("warning: \(warning)") }
            for failure in report.failures { Console.note("failed: \(Format.line(failure.key)): \(failure.error)") }
            if !report.failures.isEmpty { throw ExitCode(1) }
        }
    }
}

private func show(_ report: PruneReport) {
    for decision in report.plan.decisions {
        let word = decision.isKept ? "keep  " : report.isDryRun ? "would " : "delete"
        let date = decision.backup.date.formatted(.iso8601)
        let reasons = decision.reasons.map(\.text).joined(separator: "; ")
        Console.print(
            "\(word)  \(decision.backup.id)  \(date)  \(Format.bytes(decision.backup.storedLength))  \(reasons)"
        )
    }
    let verb = report.isDryRun ? "would be deleted" : "deleted"
    Console.print(
        "\(report.deletedBackups.count) of \(report.plan.decisions.count) backups \(verb), "
            + "\(report.sweptObjects.count) orphaned objects, \(report.abortedUploads.count) unfinished uploads, "
            + "\(Format.bytes(report.freedBytes))."
    )
    if report.isDryRun, report.deletedBackups.count + report.sweptObjects.count + report.abortedUploads.count > 0 {
        Console.print("Nothing was deleted: this was a dry run. Add --delete.")
    }
}

private func json(_ report: PruneReport) -> JSONText {
    .object([
        ("ok", .boolean(report.failures.isEmpty)),
        ("dryRun", .boolean(report.isDryRun)),
        ("deleted", .array(report.deletedBackups.map { .string($0.text) })),
        ("swept", .array(report.sweptObjects.map { .string($0) })),
        ("aborted", .array(report.abortedUploads.map { .string($0) })),
        ("freedBytes", .integer(report.freedBytes)),
        (
            "decisions",
            .array(
                report.plan.decisions.map { decision in
                    .object([
                        ("id", .string(decision.backup.id.text)), ("kept", .boolean(decision.isKept)),
                        ("reasons", .array(decision.reasons.map { .string($0.text) })),
                    ])
                }
            )
        ),
    ])
}
