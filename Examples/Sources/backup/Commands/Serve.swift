import ArgumentParser
import FoundationEssentials
import PGBackup
import Terminal

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Follow BACKUP_CRON_SCHEDULE for ever, and serve the status on PORT.",
        discussion: "SIGTERM ends it: with exit code 0 while it waits, with 143 when a backup was stopped by it."
    )

    @OptionGroup var output: OutputOptions

    func run() async throws { try await Self.forever(output) }

    static func forever(_ output: OutputOptions) async throws {
        try await reporting(output, interrupted: "What was begun and not stored is removed and no backup.") {
            environment in
            let settings = try Settings(environment)
            await settings.base.removeLeftovers(ofDrillsIn: settings.drill.clusterDirectory)
            let daemon = Daemon(settings, HealthBoard(settings))
            try await daemon.run()
        }
    }
}

func log(_ line: String) { Console.note("\(Date().formatted(.iso8601)) \(line)") }
