import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import PGBackupTesting
import S3CompatTesting
import Testing

extension ExampleTests {
    /// `backup run`, `list`, `verify` and `restore`, one after the other.
    @Suite struct BackupLife {
        private func backsUpAndRestores(_ user: ExampleUser, into database: String) async throws {
            let cluster = try ExampleScope.cluster
            let none = try await user.run(.backup, ["list"])
            #expect(none.exit == .status(0))
            #expect(none.outputText.hasPrefix("No backup under vlvt_backup_ in "))

            let run = try await user.run(.backup, ["run"])
            #expect(run.exit == .status(0), "\(run.errorText)")
            #expect(run.errorText == "")
            let id = try run.backupID
            for line in ["  database   shop, PostgreSQL ", "  dumped     ", "  stored     ", "  total      "] {
                #expect(run.outputText.contains("\n\(line)"))
            }
            #expect(run.outputText.contains("\n  data       vlvt_backup_/data/\(id).dump.gz\n"))
            #expect(run.outputText.contains("\n  manifest   vlvt_backup_/manifests/\(id).manifest.json\n"))

            let list = try await user.run(.backup, ["list"])
            #expect(list.exit == .status(0))
            #expect(list.outputText.split(separator: "\n").count == 1)
            #expect(list.outputText.hasPrefix("\(id)  ") && list.outputText.hasSuffix("  shop\n"))

            for name in [[], ["latest"], [id]] {
                let verify = try await user.run(.backup, ["verify"] + name)
                #expect(verify.exit == .status(0), "\(verify.errorText)")
                #expect(verify.outputText.hasPrefix("Backup \(id) is whole\n"))
            }

            let restore = try await user.run(.backup, ["restore", id, "--into", database])
            #expect(restore.exit == .status(0), "\(restore.errorText)")
            #expect(restore.outputText.hasPrefix("Backup \(id) is restored\n"))
            #expect(try await cluster.rowCounts(of: database) == cluster.rowCounts(of: "shop"))
        }

        @Test(arguments: [RealS3Server.Kind.seaweed, .rclone])
        func aBackupLivesInABucket(of kind: RealS3Server.Kind) async throws {
            try await withRealUser(kind) { user, server in
                let user = user.changing(["BACKUP_FILE_PREFIX": "vlvt_backup_"])
                try await backsUpAndRestores(user, into: "restored_from_\(kind.rawValue)")
                let keys = try await server.keys()
                #expect(keys.count { $0.contains("/data/") || $0.contains("/manifests/") } == 3)
                #expect(keys.allSatisfy { $0.hasPrefix("vlvt_backup_/") })
            }
        }

        @Test(arguments: ["BACKUP_DESTINATION", "AWS_S3_ENDPOINT"])
        func aBackupLivesInADirectory(namedBy variable: String) async throws {
            let environment = [
                "BACKUP_DATABASE_URL": try ExampleSettings.url("shop"), "BACKUP_FILE_PREFIX": "vlvt_backup_",
            ]
            try await ExampleUser.with(environment) { user in
                // The folder is not there yet, and its name has a space.
                let user = user.changing([
                    variable: "file://\(user.folder)/new%20folder",
                    "AWS_S3_BUCKET": variable == "AWS_S3_ENDPOINT" ? "backups" : nil,
                ])
                try await backsUpAndRestores(user, into: "restored_from_\(variable.lowercased())")
                let folder = "\(user.folder)/new folder" + (variable == "AWS_S3_ENDPOINT" ? "/backups" : "")
                #expect(FileManager.default.fileExists(atPath: "\(folder)/vlvt_backup_/manifests"))
            }
        }

        @Test func withoutAPrefixTheKeysBeginWithBackup() async throws {
            try await withLoopbackUser { user, server in
                let run = try await user.run(.backup, ["run", "--quiet"])
                #expect(run.exit == .status(0))
                let keys = server.keys(in: "backups")
                #expect(server.backupKeys(in: "backups").count == 3 && keys.allSatisfy { $0.hasPrefix("backup/") })
            }
        }

        @Test func parametersOfOtherToolsAreDroppedWithAWarning() async throws {
            try await withLoopbackUser { user, server in
                let url = try ExampleSettings.url("shop") + "&schema=public&connection_limit=5"
                let run = try await user.changing(["BACKUP_DATABASE_URL": url]).run(.backup, ["run"])
                #expect(run.exit == .status(0))
                #expect(run.errorLines.count == 2)
                #expect(run.errorLines.allSatisfy { $0.hasPrefix("warning: ") })
                #expect(run.errorText.contains("schema") && run.errorText.contains("connection_limit"))
            }
        }

        @Test func theFirstTryOfTheGuideWorksAsItStands() async throws {
            let page = try String(contentsOfFile: "\(PackageRoot.path)/Examples/README.md", encoding: .utf8)
            let begin = try #require(page.firstRange(of: "```bash\nexport BACKUP_DATABASE_URL="))
            let end = try #require(page[begin.upperBound...].firstRange(of: "\n```"))
            var script = String(page[begin.lowerBound..<end.lowerBound].dropFirst("```bash\n".count))
            #expect(script.contains("postgresql://localhost/app ") && script.contains("file:///tmp/backups\n"))
            #expect(script.split(separator: "\n").count == 2)
            try await ExampleUser.with { user in
                script.replace("postgresql://localhost/app", with: "'\(try ExampleSettings.url("shop"))'")
                script.replace("/tmp/backups", with: "\(user.folder)/backups")
                let path = "\(TestTools.examples):\(user.environment["PATH"] ?? "")"
                let outcome = try await ChildProcess.run(
                    user.changing(["PATH": path]).configuration("bash", ["-ec", script])
                )
                #expect(outcome.exit == .status(0), "\(outcome.errorText)")
                #expect(outcome.outputText.contains(" is whole\n") && outcome.outputText.contains(" is restored\n"))
                let rows = try await ExampleScope.cluster.rowCounts(of: "app_restored")
                #expect(rows["public.orders"] == 200)
            }
        }

        @Test func aDamagedManifestIsToldAndHidesNoOther() async throws {
            let environment = ["BACKUP_DATABASE_URL": try ExampleSettings.url("shop")]
            try await ExampleUser.with(environment) { user in
                let user = user.changing(["BACKUP_DESTINATION": "file://\(user.folder)/store"])
                for _ in 0..<2 { #expect(try await user.run(.backup, ["run"]).exit == .status(0)) }
                let both = try await user.run(.backup, ["list"]).outputText.split(separator: "\n")
                let (newer, older) = (String(both[0].prefix { $0 != " " }), String(both[1].prefix { $0 != " " }))
                let manifest = "\(user.folder)/store/backup/manifests/\(newer).manifest.json"
                try Data("{}".utf8).write(to: URL(filePath: manifest))

                let list = try await user.run(.backup, ["list"])
                #expect(list.exit == .status(1))
                #expect(list.outputText.hasPrefix("\(older)  "))
                #expect(list.errorText.hasPrefix("unreadable: backup/manifests/\(newer).manifest.json: "))

                let latest = try await user.run(.backup, ["verify", "latest"])
                #expect(latest.exit == .status(0))
                #expect(latest.outputText.hasPrefix("Backup \(older) is whole\n"))
                #expect(latest.errorText.contains(newer), "passing over the newest is not told")
            }
        }
    }
}
