import Glibc
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import PGBackupTesting
import S3CompatTesting
import Testing

extension ExampleTests {
    /// What can be wrong around `backup`: one clear sentence, no secret, and an exit code that is not 0.
    @Suite struct BackupFaults {
        private func expectFailure(
            _ user: ExampleUser,
            _ program: ExampleProgram = .backup,
            _ arguments: [String] = ["run"],
            exit: Int32 = 1,
            saying words: [String],
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let outcome = try await user.run(program, arguments, sourceLocation: sourceLocation)
            #expect(outcome.exit == .status(exit), sourceLocation: sourceLocation)
            #expect(outcome.outputText == "", sourceLocation: sourceLocation)
            #expect(outcome.errorText.hasPrefix("\(program.rawValue): "), sourceLocation: sourceLocation)
            #expect(outcome.errorLines.count <= 3, "\(outcome.errorText)", sourceLocation: sourceLocation)
            for word in words {
                let isSaid = outcome.errorText.contains(word)
                #expect(isSaid, "\(word) is not in: \(outcome.errorText)", sourceLocation: sourceLocation)
            }
        }

        @Test func aStoreThatIsDown() async throws {
            let port = try LoopbackPort.free()
            try await withLoopbackUser { user, _ in
                let user = user.changing(["AWS_S3_ENDPOINT": "http://127.0.0.1:\(port)"])
                try await expectFailure(user, saying: ["127.0.0.1:\(port)"])
                try await expectFailure(user, .store, ["ls"], saying: ["127.0.0.1:\(port)"])
            }
        }

        @Test func aSecretThatIsWrong() async throws {
            try await withLoopbackUser { user, server in
                let user = user.changing(["AWS_SECRET_ACCESS_KEY": "not-the-one"])
                try await expectFailure(user, saying: ["Check the secret access key"])
                try await expectFailure(user, .store, ["ls"], saying: ["Check the secret access key"])
                #expect(server.backupKeys(in: "backups").isEmpty)
            }
        }

        @Test func aBucketThatIsNotThere() async throws {
            try await withLoopbackUser { user, _ in
                let user = user.changing(["AWS_S3_BUCKET": "not-there"])
                try await expectFailure(user, exit: 2, saying: ["not-there"])
                try await expectFailure(user, .store, ["ls"], exit: 2, saying: ["not-there"])
            }
        }

        @Test func anEndpointThatIsNoStore() async throws {
            let cluster = try ExampleScope.cluster
            try await withLoopbackUser { user, _ in
                let user = user.changing(["AWS_S3_ENDPOINT": "http://127.0.0.1:\(cluster.port)"])
                try await expectFailure(user, .store, ["ls"], saying: ["127.0.0.1:\(cluster.port)"])
            }
        }

        @Test func aDatabaseServerThatIsDown() async throws {
            let port = try LoopbackPort.free()
            try await withLoopbackUser { user, _ in
                let url = "postgresql://app:geheim@127.0.0.1:\(port)/shop"
                var user = user.changing(["BACKUP_DATABASE_URL": url])
                user.secrets.append("geheim")
                try await expectFailure(user, saying: ["127.0.0.1:\(port)"])
            }
        }

        @Test func aPasswordThatIsWrong() async throws {
            let cluster = try ExampleScope.cluster
            try await withLoopbackUser { user, _ in
                let url = "postgresql://\(cluster.user):geheim@127.0.0.1:\(cluster.port)/shop"
                var user = user.changing(["BACKUP_DATABASE_URL": url])
                user.secrets.append("geheim")
                try await expectFailure(user, saying: ["authenticationFailed"])
            }
        }

        @Test func aDatabaseThatIsNotThere() async throws {
            try await withLoopbackUser(database: "nowhere") { user, _ in
                try await expectFailure(user, saying: ["nowhere"])
            }
        }

        @Test func aDiskThatIsFull() async throws {
            try await withTemporaryDirectory { directory in
                try await SmallDisk.run("size=1m", on: directory) { disk in
                    let environment = [
                        "BACKUP_DATABASE_URL": try ExampleSettings.url("bulk"), "BACKUP_DESTINATION": "file://\(disk)",
                    ]
                    try await ExampleUser.with(environment) { user in
                        try await expectFailure(user, saying: ["space"])
                        let list = try await user.run(.backup, ["list"])
                        #expect(list.outputText.hasPrefix("No backup under "))
                    }
                }
            }
        }

        @Test func noProgramsOfPostgreSQL() async throws {
            try await withLoopbackUser { user, _ in
                let outcome = try await ChildProcess.run(
                    hiding("/usr/lib/postgresql", from: user.configuration(.backup, ["run"]))
                )
                #expect(outcome.exit == .status(1))
                #expect(outcome.errorText.contains("postgresql-client"))
                #expect(outcome.errorLines.count == 1)
            }
        }

        @Test func noSecretStandsInACommandLine() async throws {
            try await withLoopbackUser(database: "bulk") { user, server in
                server.inject(.hang, into: LoopbackS3FaultFilter(.uploadPart), times: nil)
                let child = try await ChildProcess.start(user.configuration(.backup, ["run"]))
                try await child.waitUntilReady { try !ExampleProcesses.dumps(of: "bulk").isEmpty }
                let lines = try ExampleProcesses.commandLines()
                #expect(lines.contains { $0.contains("pg_dump\0") })
                for secret in user.secrets {
                    let shows = lines.contains { $0.contains(secret) }
                    #expect(!shows)
                }
                child.send(SIGINT)
                #expect(await child.waitForExit() == .status(130))
            }
        }
    }
}
