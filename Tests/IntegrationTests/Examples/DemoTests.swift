import FoundationEssentials
import Glibc
import GroundworkTestProcesses
import PGBackupTesting
import S3CompatTesting
import Testing

extension ExampleTests {
    /// What `make demo` runs.
    @Suite struct Demo {
        /// The directory of the demo's server, which it names.
        private func directory(_ output: String) throws -> String {
            let line = try #require(output.split(separator: "\n").first { $0.contains("/groundwork-postgres-") })
            return String(line.drop { $0 == " " }.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" })
        }

        private func expectNothingIsLeft(
            _ output: String,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let directory = try directory(output)
            #expect(!FileManager.default.fileExists(atPath: directory), sourceLocation: sourceLocation)
            #expect(try ExampleProcesses.naming(directory) == [], sourceLocation: sourceLocation)
        }

        /// Variables that lead somewhere else, where a demo has no business.
        private static let distractions = [
            "BACKUP_DATABASE_URL": "postgresql://app:geheim@192.0.2.1/production", "BACKUP_FILE_PREFIX": "production",
            "AWS_S3_ENDPOINT": "http://192.0.2.1", "AWS_S3_BUCKET": "production", "AWS_ACCESS_KEY_ID": "A",
            "AWS_SECRET_ACCESS_KEY": "geheim", "PGHOST": "192.0.2.1", "PGDATABASE": "production", "PGUSER": "app",
        ]

        @Test func itBacksUpRestoresReportsAndLeavesNothing() async throws {
            try await ExampleUser.with(Self.distractions, secrets: ["geheim"]) { user in
                let outcome = try await user.run(.demo, [])
                #expect(outcome.exit == .status(0), "\(outcome.errorText)")
                #expect(outcome.errorText == "")
                let steps = ["sample data", "backup", "list", "verify", "drop", "restore", "compare"]
                for step in steps { #expect(outcome.outputText.contains("\n  \(step)  ")) }
                #expect(outcome.outputText.contains(#/MB dumped, \d+\.\d MB stored, \d+\.\d MB\/s, checked by/#))
                #expect(
                    outcome.outputText.contains(
                        #/http:\/\/127\.0\.0\.1:\d+\/demo\/groundwork-demo\/data\/.*\.dump\.gz/#
                    )
                )
                #expect(outcome.outputText.contains(#/\/groundwork-demo\/manifests\/.*\.manifest\.json/#))
                #expect(outcome.outputText.contains("every row count agrees"))
                #expect(outcome.outputText.hasSuffix("Everything that the demo made is removed.\n"))
                #expect(!outcome.outputText.contains("192.0.2.1") && !outcome.outputText.contains("production"))
                try expectNothingIsLeft(outcome.outputText)
            }
        }

        @Test func inARealStoreItDeletesOnlyWhatItWrote() async throws {
            try await RealS3Server.with(.seaweed) { server in
                let foreign = ["a", "groundwork-demo", "groundwork-demo-other/x", "groundwork-demo/data/y"]
                let names = foreign.map { "'\($0)'" }.joined(separator: ", ")
                _ = try await server.boto3.run(
                    """
                    s3 = client()
                    s3.create_bucket(Bucket="backups")
                    for key in [\(names)]: s3.put_object(Bucket="backups", Key=key, Body=key.encode())
                    """
                )
                var environment = ExampleSettings.store(server)
                environment["DEMO_STORE"] = "env"
                try await ExampleUser.with(environment) { user in
                    let outcome = try await user.run(.demo, [])
                    #expect(outcome.exit == .status(0), "\(outcome.errorText)")
                    #expect(outcome.outputText.contains(#/s3:\/\/backups\/groundwork-demo-[0-9a-f]{12}\/data\//#))
                    try expectNothingIsLeft(outcome.outputText)
                }
                #expect(try await server.keys() == foreign.sorted())
                #expect(try await server.uploads() == [])
            }
        }

        @Test func itTouchesNoKeyButThoseBelowItsPrefix() async throws {
            try await withLoopbackUser { user, server in
                let outcome = try await user.changing(["DEMO_STORE": "env"]).run(.demo, [])
                #expect(outcome.exit == .status(0), "\(outcome.errorText)")
                let changes = server.requests.filter { $0.method != "GET" && $0.method != "HEAD" }
                #expect(changes.count >= 3)
                for change in changes where change.operation != .deleteObjects {
                    #expect(change.key?.wholeMatch(of: #/groundwork-demo-[0-9a-f]{12}\/.+/#) != nil, "\(change)")
                }
                #expect(server.keys(in: "backups") == [])
            }
        }

        @Test func aSignalWhileTheServerIsMadeLeavesNothing() async throws {
            try await ExampleUser.with { user in
                let child = try await ChildProcess.start(user.configuration(.demo, []))
                var directory: String?
                try await child.waitUntilReady {
                    directory = try Self.initdb(of: child.processID)
                    return directory != nil
                }
                child.send(SIGINT)
                #expect(await child.waitForExit() == .status(130), "\(child.log)")
                #expect(child.log.contains("demo: Interrupted; everything that it had made is removed."))
                let path = try #require(directory)
                #expect(!FileManager.default.fileExists(atPath: path))
                #expect(try ExampleProcesses.naming(path) == [])
            }
        }

        /// The directory that the initdb of a demo works in.
        private static func initdb(of demo: Int32) throws -> String? {
            for line in try ExampleProcesses.descendants(of: demo) {
                guard let data = line.split(separator: "\0").first(where: { $0.hasPrefix("--pgdata=/") }) else {
                    continue
                }
                return String(data.dropFirst("--pgdata=".count).dropLast("/data".count))
            }
            return nil
        }

        @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
        func aSignalInTheMiddleLeavesNothing(_ signal: Int32, _ status: Int32) async throws {
            try await withLoopbackUser { user, server in
                server.inject(.hang, into: LoopbackS3FaultFilter(.putObject), times: nil)
                let child = try await ChildProcess.start(
                    user.changing(["DEMO_STORE": "env"]).configuration(.demo, [])
                )
                try await child.waitUntilReady { child.log.contains("  sample data ") }
                child.send(signal)
                #expect(await child.waitForExit() == .status(status), "\(child.log)")
                try expectNothingIsLeft(child.log)
                #expect(server.keys(in: "backups") == [] && server.pendingUploads(in: "backups") == [])
            }
        }

        @Test func controlCOnATerminalLeavesNothing() async throws {
            try await ExampleUser.with { user in
                let outcome = try await user.runOnTerminal(.demo, [], typingInterruptAt: "PostgreSQL    a throw-away")
                #expect(outcome.exit == .status(130), "\(outcome.outputText)")
                #expect(outcome.outputText.contains("demo: Interrupted; everything that it had made is removed."))
                try expectNothingIsLeft(outcome.outputText.split(separator: "\r\n").joined(separator: "\n"))
            }
        }

        @Test func aReaderThatHasEnoughDoesNotEndItInTheMiddle() async throws {
            try await ExampleUser.with { user in
                let script = #""$0" | head -n 4; echo "${PIPESTATUS[0]}""#
                let outcome = try await ChildProcess.run(
                    user.configuration("bash", ["-c", script, ExampleProgram.demo.path])
                )
                #expect(outcome.outputText.hasSuffix("\n0\n"), "\(outcome.outputText) \(outcome.errorText)")
                try expectNothingIsLeft(outcome.outputText)
            }
        }
    }

    /// What can be wrong around the demo: one clear sentence and an exit code that is not 0.
    @Suite struct DemoFaults {
        private func expectFailure(
            _ configuration: ChildProcess.Configuration,
            saying words: [String],
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let outcome = try await ChildProcess.run(configuration)
            #expect(outcome.exit == .status(1), sourceLocation: sourceLocation)
            #expect(outcome.errorText.hasPrefix("demo: "), sourceLocation: sourceLocation)
            for word in words {
                let isSaid = outcome.errorText.contains(word)
                #expect(isSaid, "\(word) is not in: \(outcome.errorText)", sourceLocation: sourceLocation)
            }
        }

        private func withEnvironmentStore(
            _ changes: [String: String?],
            saying words: [String],
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            try await withLoopbackUser { user, server in
                let user = user.changing(changes).changing(["DEMO_STORE": "env"])
                try await expectFailure(
                    user.configuration(.demo, []),
                    saying: words,
                    sourceLocation: sourceLocation
                )
                #expect(server.keys(in: "backups") == [], sourceLocation: sourceLocation)
            }
        }

        @Test func aStoreThatIsDown() async throws {
            let port = try LoopbackPort.free()
            try await withEnvironmentStore(
                ["AWS_S3_ENDPOINT": "http://127.0.0.1:\(port)"],
                saying: ["127.0.0.1:\(port)"]
            )
        }

        @Test func aSecretThatIsWrong() async throws {
            try await withEnvironmentStore(
                ["AWS_SECRET_ACCESS_KEY": "not-the-one"],
                saying: ["Check the secret access key"]
            )
        }

        @Test func aBucketThatIsNotThere() async throws {
            try await withEnvironmentStore(["AWS_S3_BUCKET": "not-there"], saying: ["not-there"])
        }

        @Test func aStoreThatNobodyNamed() async throws {
            try await withEnvironmentStore(["AWS_S3_BUCKET": nil], saying: ["AWS_S3_BUCKET"])
            try await ExampleUser.with(["DEMO_STORE": "real"]) { user in
                try await expectFailure(user.configuration(.demo, []), saying: ["DEMO_STORE"])
            }
        }

        @Test func noPostgreSQL() async throws {
            try await ExampleUser.with { user in
                try await expectFailure(
                    hiding("/usr/lib/postgresql", from: user.configuration(.demo, [])),
                    saying: ["No PostgreSQL server was found", "package postgresql"]
                )
            }
        }

        @Test func aDiskThatIsFull() async throws {
            try await ExampleUser.with { user in
                try await expectFailure(
                    hiding("/tmp", size: "8m", from: user.changing(["TMPDIR": "/tmp"]).configuration(.demo, [])),
                    saying: ["No space left on device"]
                )
            }
        }
    }
}
