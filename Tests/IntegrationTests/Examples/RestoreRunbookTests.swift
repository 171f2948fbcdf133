import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import PGBackupTesting
import S3CompatTesting
import Testing

extension ExampleTests {
    /// `Documentation/Runbooks/backup-restore.md`: its commands, in its order, as they stand there.
    @Suite struct RestoreRunbook {
        private struct Page {
            let text: String

            init() throws {
                text = try String(
                    contentsOfFile: "\(PackageRoot.path)/Documentation/Runbooks/backup-restore.md",
                    encoding: .utf8
                )
            }

            /// The code blocks of a language.
            func blocks(_ language: String) -> [String] {
                var blocks: [String] = []
                var block: [Substring]?
                for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                    let line = line.drop { $0 == " " }
                    if line == "```\(language)" {
                        block = []
                    } else if line == "```" {
                        if let block { blocks.append(block.joined(separator: "\n")) }
                        block = nil
                    } else {
                        block?.append(line)
                    }
                }
                return blocks
            }

            /// The commands within sentences that begin with a program.
            func commands(_ program: String) -> [String] {
                text.matches(of: #/`([^`\n]+)`/#).map { String($0.output.1) }.filter { $0.hasPrefix("\(program) ") }
            }
        }

        private func recreate(_ database: String, _ cluster: PostgresCluster) async throws {
            try await cluster.dropDatabase(database)
            try await cluster.createDatabase(database)
        }

        private func run(_ script: String, _ user: ExampleUser) async throws -> ChildProcess.Outcome {
            var configuration = user.configuration("bash", ["-e", "-c", script])
            configuration.workingDirectory = user.folder
            let outcome = try await ChildProcess.run(configuration)
            #expect(outcome.exit == .status(0), "\(script): \(outcome.errorText)")
            user.expectNoSecret(outcome, #_sourceLocation)
            return outcome
        }

        @Test func everyCommandOfThePageRestores() async throws {
            let page = try Page()
            let cluster = try ExampleScope.cluster
            try await withLoopbackUser { user, server in
                for name in ["app", "app_broken", "app_restored"] { try await cluster.dropDatabase(name) }
                try await cluster.createDatabase("app")
                let rows = try await cluster.rowCounts(of: "shop")
                #expect(try await user.run(.backup, ["run"]).exit == .status(0))

                let key = try #require(server.keys(in: "backups").first { $0.contains("/data/") })
                let programs = "\(TestTools.examples):\(TestTools.pythonEnvironment)/bin:\(cluster.binaries)"
                let admin = user.changing([
                    "PATH": "\(programs):\(user.environment["PATH"] ?? "")", "PGHOST": "127.0.0.1",
                    "PGPORT": "\(cluster.port)", "PGUSER": cluster.user,
                    "PGPASSWORD": cluster.password.withValue { $0 },
                    "KEYS": key,
                ])
                let ours = page.commands("backup").filter { !$0.contains("LEGACY") }
                #expect(ours.count == 9)
                for command in ours where !command.contains("--swap") { _ = try await run(command, admin) }
                #expect(try await cluster.rowCounts(of: "app_restored") == rows)

                let renaming = page.blocks("sql")
                #expect(renaming.count == 1)
                for statements in renaming { try await cluster.run("\(statements)\n", in: "postgres") }
                #expect(try await cluster.rowCounts(of: "app") == rows)
                #expect(try await cluster.rowCounts(of: "app_broken").isEmpty)
                let swaps = ours.filter { $0.contains("--swap") }
                #expect(swaps.count == 1)
                for command in swaps { _ = try await run(command, admin) }
                #expect(try await cluster.rowCounts(of: "app") == rows)
                let old = try await cluster.databases().filter { $0.hasPrefix("app_before_") }
                #expect(old.count == 1)
                for name in old { try await cluster.dropDatabase(name) }

                let byHand = page.blocks("bash")
                try #require(byHand.count == 4)
                let manifest = try #require(server.keys(in: "backups").first { $0.contains("/manifests/") })
                let bytes = try await server.contents(of: manifest, in: "backups") ?? []
                let text = String(decoding: bytes, as: UTF8.self)
                let output = try await run(byHand[0], admin).outputText
                let sum = try #require(output.firstMatch(of: #/([0-9a-f]{64})  part\.gz/#)?.output.1)
                #expect(text.contains(sum))
                #expect(try await cluster.rowCounts(of: "app_restored") == rows)
                try await recreate("app_restored", cluster)
                _ = try await run(byHand[1], admin)
                #expect(try await cluster.rowCounts(of: "app_restored") == rows)

                let parts = page.commands("gunzip")
                try #require(parts.count == 2)
                try await recreate("app_restored", cluster)
                _ = try await run(parts[0], admin)
                #expect(
                    try await cluster.rowCounts(of: "app_restored") == ["public.orders": rows["public.orders"] ?? 0]
                )
                #expect(try await run(parts[1], admin).outputText.contains("TABLE DATA public orders"))

                try await withoutAnEndpoint(byHand[0], byHand[2], admin, cluster, server)
                try await anArchiveOfTwoObjects(key, byHand[0], admin, cluster)
                try await theTemplatesObject(page, byHand[3], admin, cluster, server)
                for name in ["app", "app_broken", "app_restored"] { try await cluster.dropDatabase(name) }
            }
        }

        /// On AWS no variable names an endpoint; here the AWS command line finds the local server by one of its own. Where
        /// the service has the variables of R2, what it asks for is made of them.
        private func withoutAnEndpoint(
            _ byHand: String,
            _ fromR2: String,
            _ admin: ExampleUser,
            _ cluster: PostgresCluster,
            _ server: LoopbackS3Server
        ) async throws {
            let rows = try await cluster.rowCounts(of: "shop")
            let aws = admin.changing(["AWS_S3_ENDPOINT": nil, "AWS_ENDPOINT_URL": server.endpoint])
            let r2 = aws.changing([
                "AWS_ACCESS_KEY_ID": nil, "AWS_SECRET_ACCESS_KEY": nil, "AWS_S3_BUCKET": nil, "AWS_S3_REGION": nil,
                "R2_ACCESS_KEY_ID": admin.environment["AWS_ACCESS_KEY_ID"],
                "R2_SECRET_ACCESS_KEY": admin.environment["AWS_SECRET_ACCESS_KEY"], "R2_BUCKET_NAME": "backups",
                "R2_ACCOUNT_ID": "0123456789abcdef0123456789abcdef",
            ])
            let check = """
                test "$AWS_S3_ENDPOINT" = https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com
                unset AWS_S3_ENDPOINT
                """
            for (user, script) in [(aws, byHand), (r2, "\(fromR2)\n\(check)\n\(byHand)")] {
                try await cluster.dropDatabase("app_restored")
                _ = try await run(script, user)
                #expect(try await cluster.rowCounts(of: "app_restored") == rows)
            }
        }

        /// A very large archive goes on in a second object.
        private func anArchiveOfTwoObjects(
            _ key: String,
            _ byHand: String,
            _ admin: ExampleUser,
            _ cluster: PostgresCluster
        ) async throws {
            let rows = try await cluster.rowCounts(of: "shop")
            let keys = ["backup/data/one part.dump.gz", "backup/data/another.dump.gz"]
            let split = """
                store get '\(key)' whole.gz
                head -c 1000 whole.gz > one.gz; tail -c +1001 whole.gz > another.gz
                store put one.gz '\(keys[0])'; store put another.gz '\(keys[1])'
                """
            _ = try await run(split, admin)
            try await cluster.dropDatabase("app_restored")
            let parts = admin.changing(["KEYS": keys.joined(separator: "\n")])
            let output = try await run(byHand, parts).outputText
            #expect(output.matches(of: #/[0-9a-f]{64}  part\.gz/#).count == 2)
            #expect(try await cluster.rowCounts(of: "app_restored") == rows)
            // Without one of them nothing is restored.
            try await cluster.dropDatabase("app_restored")
            var script = parts.changing(["KEYS": "\(keys[0])\nabsent"]).configuration("bash", ["-c", byHand])
            script.workingDirectory = admin.folder
            #expect(try await ChildProcess.run(script).exit != .status(0))
        }

        /// An object as the template stores it, restored by our program and by hand.
        private func theTemplatesObject(
            _ page: Page,
            _ byHand: String,
            _ admin: ExampleUser,
            _ cluster: PostgresCluster,
            _ server: LoopbackS3Server
        ) async throws {
            let key = "backup-2026-01-25T05-00-00-123Z.tar.gz"
            let rows = try await cluster.rowCounts(of: "shop")
            let admin = admin.changing(["LEGACY": key])
            _ = try await run(
                "pg_dump --dbname=shop --format=tar | gzip > old.tar.gz; store put old.tar.gz \(key)",
                admin
            )
            let commands = page.commands("backup").filter { $0.contains("LEGACY") }
            #expect(commands.count == 1)
            try await cluster.dropDatabase("app_restored")
            for command in commands { _ = try await run(command, admin) }
            #expect(try await cluster.rowCounts(of: "app_restored") == rows)
            try await cluster.dropDatabase("app_restored")
            _ = try await run(byHand, admin)
            #expect(try await cluster.rowCounts(of: "app_restored") == rows)
        }
    }
}
