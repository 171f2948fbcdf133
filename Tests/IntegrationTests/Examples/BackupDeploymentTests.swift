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

    /// What the template postgres-s3-backups reads.
    private static let templateVariables = [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_S3_BUCKET", "AWS_S3_REGION", "AWS_S3_ENDPOINT",
        "AWS_S3_FORCE_PATH_STYLE", "BACKUP_DATABASE_URL", "BACKUP_CRON_SCHEDULE", "RUN_ON_STARTUP",
        "BACKUP_FILE_PREFIX",
        "BUCKET_SUBFOLDER", "SINGLE_SHOT_MODE", "SUPPORT_OBJECT_LOCK", "BACKUP_OPTIONS",
    ]

    @Test(arguments: templateVariables)
    func everyVariableOfTheTemplateIsDeclaredAndMapped(_ name: String) throws {
        #expect(try text("ENVIRONMENT_VARIABLES.md").contains("| `\(name)` |"))
        #expect(try text("README.md").contains("`\(name)`"))
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
        #expect(file.deploy.cronSchedule == "0 5 * * *" && file.deploy.startCommand == "backup run")
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
        #expect(last.contains("\nENTRYPOINT [\"backup\"]"))
        // The template's default is the program's: no argument.
        #expect(!last.contains("\nCMD"))
    }
}
