import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import Testing

/// The files beside the backup program. The Dockerfile's commands are carried out by `Examples/Backup/check-image.sh`.
@Suite struct BackupDeploymentTests {
    private static let folder = "\(PackageRoot.path)/Examples/Backup"

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8)
    }

    /// What the template postgres-s3-backups reads, with its defaults; `required` where it has none and must have one.
    private static let templateVariables = [
        "AWS_ACCESS_KEY_ID": "required", "AWS_SECRET_ACCESS_KEY": "required", "AWS_S3_BUCKET": "required",
        "AWS_S3_REGION": "required", "AWS_S3_ENDPOINT": "AWS", "AWS_S3_FORCE_PATH_STYLE": "`false`",
        "BACKUP_DATABASE_URL": "required", "BACKUP_CRON_SCHEDULE": "`0 5 * * *`", "RUN_ON_STARTUP": "`false`",
        "BACKUP_FILE_PREFIX": "`backup`", "BUCKET_SUBFOLDER": "none", "SINGLE_SHOT_MODE": "`false`",
        "SUPPORT_OBJECT_LOCK": "`false`", "BACKUP_OPTIONS": "none",
    ]

    /// The cells of the tables of a page of Markdown, by the names in code in the first column.
    private func rows(_ page: String) -> [String: [String]] {
        var rows: [String: [String]] = [:]
        for line in page.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.dropFirst(2).dropLast(2).split(separator: " |", omittingEmptySubsequences: false)
                .map { String($0.trimmingPrefix(" ")) }
            for (index, name) in cells[0].split(separator: "`").enumerated() where index % 2 == 0 {
                rows[String(name)] = cells
            }
        }
        return rows
    }

    @Test func everyVariableOfTheTemplateIsDeclaredAndMapped() async throws {
        try await ExampleUser.with { user in
            // The program writes the page from the schema that it reads its variables by.
            let written = try await user.run(.backup, ["variables", "--directory", user.folder])
            #expect(written.exit == .status(0), "\(written.errorText)")
            let path = "\(user.folder)/ENVIRONMENT_VARIABLES.md"
            let declared = rows(try String(contentsOfFile: path, encoding: .utf8))
            let mapping = try #require(try text("README.md").split(separator: "\n## From the template\n").last)
            let mapped = rows(String(try #require(mapping.split(separator: "\n## ").first)))
            for (name, original) in Self.templateVariables {
                let own = try #require(declared[name], "\(name) is not declared")
                let row = try #require(mapped[name], "\(name) is not mapped")
                #expect(row[1] == original, "\(name): the template's default is told wrongly")
                // Where the template has a default of its own, ours is the same: nobody need set anything.
                if original.hasPrefix("`"), name != "AWS_S3_FORCE_PATH_STYLE" {
                    #expect(own[3] == original.replacing("*", with: "\\*") || own[3] == original, "\(name): \(own[3])")
                }
                if original == "none" { #expect(own[2] == "no" && own[3] == "", "\(name)") }
            }
            // Each is also read: one that is not would be no problem, whatever it says.
            let wrong = [
                "BACKUP_DATABASE_URL": "x", "BACKUP_CRON_SCHEDULE": "x", "RUN_ON_STARTUP": "x", "SINGLE_SHOT_MODE": "x",
                "SUPPORT_OBJECT_LOCK": "x", "BACKUP_OPTIONS": "--x", "AWS_S3_FORCE_PATH_STYLE": "x",
                "BUCKET_SUBFOLDER": String(repeating: "x", count: 101),
                "BACKUP_FILE_PREFIX": String(repeating: "x", count: 401),
            ]
            let refused = try await user.changing(wrong).run(.backup, ["run"])
            #expect(refused.exit == .status(2))
            for name in wrong.keys { #expect(refused.errorText.contains(name), "\(name) is not read") }
        }
    }

    @Test func railwayStartsOneRunEachMorning() throws {
        struct File: Decodable {
            struct Build: Decodable { let builder, dockerfilePath: String }
            struct Deploy: Decodable { let cronSchedule, startCommand, restartPolicyType: String }
            let build: Build
            let deploy: Deploy
        }
        let file = try JSONDecoder().decode(File.self, from: Data(try text("railway.json").utf8))
        #expect(FileManager.default.fileExists(atPath: "\(PackageRoot.path)/\(file.build.dockerfilePath)"))
        #expect(file.deploy.cronSchedule == "0 5 * * *" && file.deploy.startCommand == "tini -s -- backup run")
        #expect(file.deploy.restartPolicyType == "NEVER")
    }

    @Test func systemdAcceptsTheUnits() async throws {
        try await ExampleUser.with { user in
            for name in ["backup.service", "backup.timer"] {
                let unit = try text(name).replacing("/usr/local/bin/backup", with: ExampleProgram.backup.path)
                try unit.write(toFile: "\(user.folder)/\(name)", atomically: true, encoding: .utf8)
            }
            let outcome = try await ChildProcess.run(
                user.configuration(
                    "/usr/bin/systemd-analyze",
                    ["verify", "\(user.folder)/backup.service", "\(user.folder)/backup.timer"]
                )
            )
            #expect(outcome.exit == .status(0) && outcome.errorText == "", "\(outcome.errorText)")
        }
    }

    @Test func theImageRunsAsNobodySpecialAndHasNoCompiler() throws {
        let stages = try text("Dockerfile").split(separator: "\nFROM ")
        try #require(stages.count == 3)
        let last = stages[2]
        #expect(last.hasPrefix("debian:") && last.contains("\nUSER ") && !last.contains("\nUSER root"))
        #expect(last.contains("\nENTRYPOINT [\"tini\", \"-s\", \"--\", \"backup\"]"))
        // The template's default is the program's: no argument.
        #expect(!last.contains("\nCMD"))
    }
}
