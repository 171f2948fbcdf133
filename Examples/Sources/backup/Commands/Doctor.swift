import ArgumentParser
import EnvSchema
import FoundationEssentials
import PGBackup
import Terminal

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at everything that the first night needs, and say what is wrong and how to mend it.",
        discussion: """
            It writes a few small objects and one of 9 MiB into the store and deletes them, and sends a test to the webhook \
            and the mail address. Exit code 1 when backups cannot be made or restored as things are, 2 when the environment \
            is wrong.
            """
    )

    @Flag(help: "Write nothing into the store.")
    var readOnly = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (readOnly, output) = (readOnly, output)
        try await reporting(output) { environment in
            let settings: Settings
            do {
                settings = try Settings(environment)
            } catch {
                show(DoctorReport(Self.findings(environment, error)), output)
                throw ExitCode(2)
            }
            var options = DoctorOptions()
            options.schedule = settings.schedule
            options.notifications = settings.notifications
            options.drillServer = settings.environment.drillDatabase?.withValue { $0 }
            if options.drillServer == nil { options.drillDirectory = settings.drill.clusterDirectory }
            options.restoreServer = settings.environment.restoreDatabase?.withValue { $0 }
            options.writesToStore = !readOnly
            var report = DoctorReport()
            for backups in try await Self.wanted(settings, output) {
                let isFirst = report.findings.isEmpty
                options.verification = await settings.proof(of: backups).level
                report.findings += try await backups.doctor(options).findings
                    .filter { isFirst || $0.area != "notifiers" }
                report.findings += await settings.leftBehind(backups).map {
                    .init("store", "older folder", .warning, $0)
                }
                // Once is enough for what all have in common.
                options.notifications = BackupNotifications([])
                options.writesToStore = false
            }
            report.findings.insert(contentsOf: Self.findings(environment, nil), at: 0)
            show(report, output)
            if !report.isReady { throw ExitCode(1) }
        }
    }

    private static func wanted(_ settings: Settings, _ output: OutputOptions) async throws -> [PostgresBackup] {
        guard output.database == nil else { return [try await settings.one(output.database)] }
        return try await settings.all()
    }

    /// One finding for each variable that is set or wrong.
    private static func findings(_ environment: [String: String], _ error: (any Error)?) -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        var named: Set<String> = []
        var supportsObjectLock = false
        do {
            supportsObjectLock = try BackupEnvironment.read(environment) { warning in
                named.formUnion(warning.variables)
                findings.append(
                    .init(
                        "variables",
                        warning.variables.joined(separator: ", "),
                        .warning,
                        warning.message,
                        remedy: warning.remedy
                    )
                )
            }
            .supportsObjectLock
        } catch {
            for problem in error.problems {
                named.formUnion(problem.variables)
                findings.append(
                    .init(
                        "variables",
                        problem.variables.joined(separator: ", "),
                        .failed,
                        problem.message,
                        remedy: problem.remedy ?? problem.expected.map { "Expected: \($0)" }
                    )
                )
            }
        }
        // What only the store's own settings tell.
        do {
            _ = try Settings.store(environment, supportsObjectLock: supportsObjectLock)
        } catch {
            findings.append(.init("variables", "store", .failed, "\(error)"))
        }
        let others = TemplateVariables.variablesOfOthers(ProcessInfo.processInfo.environment)
        if !others.isEmpty {
            let sentence = "Not looked at: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_S3_BUCKET go first."
            findings.append(.init("variables", others.joined(separator: ", "), .ok, sentence))
        }
        if let sentence = TemplateVariables.warning(environment) {
            findings.append(.init("variables", "TZ", .warning, sentence))
        }
        if let error, findings.isEmpty { findings.append(.init("variables", "all", .failed, "\(error)")) }
        for variable in BackupEnvironment.variables where !named.contains(variable.name) {
            guard let value = environment[variable.name], !value.isEmpty else { continue }
            findings.append(.init("variables", variable.name, .ok, variable.isSecret ? "It is set." : value))
        }
        return findings
    }
}

private func show(_ report: DoctorReport, _ output: OutputOptions) {
    if output.json {
        Console.print(String(decoding: report.json.dropLast(), as: UTF8.self))
    } else {
        Console.print(report.table)
    }
}
