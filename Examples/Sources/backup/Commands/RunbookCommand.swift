import ArgumentParser
import FoundationEssentials
import PGBackup
import Terminal

struct RunbookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runbook",
        abstract:
            "Write the page that somebody needs at three in the morning: for this database, with its exact commands."
    )

    @Option(name: .shortAndLong, help: "The file to write; standard output without it.")
    var output: String?

    @Option(help: "Which database, where BACKUP_DATABASE_URL names several.")
    var database: String?

    func run() async throws {
        let (path, database) = (output, database)
        try await reporting(OutputOptions.quietText) { environment in
            let settings = try Settings(environment)
            var facts = try await settings.one(database).runbookFacts(place: Self.place(environment))
            facts.databaseOption = database
            facts.schedule = settings.schedule
            facts.restoreTarget = settings.environment.restoreTarget
            facts.notified = settings.notifications.notifiers.map(\.name)
            facts.retention = settings.retentionSentence
            let page = facts.markdown(now: Date())
            guard let path else { return try Console.output(Array(page.utf8)) }
            try page.write(toFile: path, atomically: true, encoding: .utf8)
            Console.note("\(path) written")
        }
    }

    private static func place(_ environment: [String: String]) -> RunbookFacts.Place {
        // Those that are blank are not set.
        func first(_ names: String...) -> String? {
            names.first { TemplateVariables.isSet($0, in: environment) }.flatMap { environment[$0] }
        }
        let endpoint = first("AWS_S3_ENDPOINT", "AWS_ENDPOINT_URL_S3")
        let bucket = first("AWS_S3_BUCKET", "R2_BUCKET_NAME") ?? ""
        if let destination = first("BACKUP_DESTINATION"), destination.hasPrefix("file://"),
            let path = URLComponents(string: destination)?.path
        {
            return .directory(path)
        }
        if let endpoint, endpoint.hasPrefix("file://"), let path = URLComponents(string: endpoint)?.path {
            return .directory(bucket.isEmpty ? path : "\(path)/\(bucket)")
        }
        if endpoint == nil, let account = first("R2_ACCOUNT_ID") {
            return .bucket(bucket, endpoint: "https://\(account).r2.cloudflarestorage.com")
        }
        return .bucket(bucket, endpoint: endpoint)
    }
}

extension OutputOptions {
    /// For commands that print text only.
    static var quietText: OutputOptions {
        var options = OutputOptions()
        options.json = false
        options.quiet = true
        return options
    }
}

extension Settings {
    fileprivate var retentionSentence: String {
        guard environment.retentionDays > 0 else { return "everything" }
        let more = [
            (environment.keepDaily, "days"), (environment.keepWeekly, "weeks"), (environment.keepMonthly, "months"),
            (environment.keepYearly, "years"),
        ].filter { $0.0 > 0 }.map { "the newest of \($0.0) \($0.1)" }
        let always = "never fewer than \(environment.keepAtLeast)"
        return (["\(environment.retentionDays) days"] + more + [always]).joined(separator: ", ")
    }
}
