import GroundworkCore
import GroundworkTestProcesses
import PGBackupTesting
import S3CompatTesting
import Testing

extension ExampleTests {
    /// Every environment variable that the programs read.
    @Suite struct ProgramEnvironment {
        private static let plain = [
            "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE000000000", "AWS_SECRET_ACCESS_KEY": "never-shown",
            "AWS_S3_ENDPOINT": "https://s3.example.com", "AWS_S3_BUCKET": "photos", "AWS_S3_REGION": "eu-west-7",
        ]

        /// A presigned URL tells without a network where requests go and as whom.
        private func url(_ changes: [String: String?]) async throws -> String {
            try await ExampleUser.with(Self.plain) { user in
                let outcome = try await user.changing(changes).run(.store, ["presign", "a b.txt"])
                #expect(outcome.exit == .status(0), "\(outcome.errorText)")
                #expect(outcome.outputText.split(separator: "\n").count == 1)
                return outcome.outputText
            }
        }

        @Test func endpointBucketRegionAndKeyStandInTheRequest() async throws {
            let url = try await url([:])
            #expect(url.contains("s3.example.com/"))
            #expect(url.contains("photos") && url.contains("/a%20b.txt?"))
            #expect(url.contains("AKIAEXAMPLE000000000%2F") && url.contains("%2Feu-west-7%2Fs3%2Faws4_request"))
        }

        @Test func theRegionAutoIsSigned() async throws {
            #expect(try await url(["AWS_S3_REGION": "auto"]).contains("%2Fauto%2Fs3%2Faws4_request"))
        }

        @Test(arguments: [("true", "https://s3.example.com/photos/"), ("false", "https://photos.s3.example.com/")])
        func pathStyleIsForcedOrForbidden(_ value: String, _ begin: String) async throws {
            #expect(try await url(["AWS_S3_FORCE_PATH_STYLE": value]).hasPrefix(begin))
        }

        @Test func aSessionTokenGoesAlong() async throws {
            // The token is part of the URL, and meant to be.
            let server = try await temporaryCredentials()
            #expect(server.exit == .status(0), "\(server.errorText)")
        }

        private func temporaryCredentials() async throws -> ChildProcess.Outcome {
            var configuration = LoopbackS3Server.Configuration()
            configuration.sessionToken = Secret("token/of+this=session")
            configuration.buckets = ["backups"]
            let server = try await LoopbackS3Server.start(configuration)
            do {
                let outcome = try await ExampleUser.with(ExampleSettings.store(server)) { user in
                    let without = try await user.run(.store, ["ls"])
                    #expect(!without.isSuccess && without.errorText.contains("token"))
                    return try await user.changing(["AWS_SESSION_TOKEN": "token/of+this=session"]).run(.store, ["ls"])
                }
                await server.stop()
                return outcome
            } catch {
                await server.stop()
                throw error
            }
        }

        private static let account = "0123456789abcdef0123456789abcdef"

        @Test func theVariablesOfR2AreEnough() async throws {
            let account = Self.account
            let environment = [
                "R2_ACCOUNT_ID": account, "R2_ACCESS_KEY_ID": "R2KEY", "R2_SECRET_ACCESS_KEY": "never-shown",
                "R2_BUCKET_NAME": "vlvt-images",
            ]
            try await ExampleUser.with(environment) { user in
                let url = try await user.run(.store, ["presign", "cat.jpg"])
                #expect(url.exit == .status(0), "\(url.errorText)")
                #expect(url.outputText.contains("\(account).r2.cloudflarestorage.com/"))
                #expect(url.outputText.contains("vlvt-images") && url.outputText.contains("R2KEY%2F"))
                #expect(url.outputText.contains("%2Fauto%2Fs3%2F"))
            }
        }

        /// The template knows no `R2_*`; where another service's share its environment, its own variables go first. R2 is
        /// spoken to over TLS only: which of its keys was looked at is told by the half of a pair, which is refused.
        @Test(
            arguments: [
                (
                    ["AWS_S3_ENDPOINT": "https://\(account).r2.cloudflarestorage.com", "R2_SECRET_ACCESS_KEY": nil],
                    "CONNECT \(account).r2.cloudflarestorage.com:443"
                ),
                (["AWS_S3_REGION": "auto"], "CONNECT \(account).r2.cloudflarestorage.com:443"),
                (["AWS_S3_REGION": "eu-central-1"], "CONNECT vlvt-backups.s3.eu-central-1.amazonaws.com:443"),
                (
                    ["AWS_S3_ENDPOINT": "http://s3.eu-central-1.amazonaws.com"],
                    "GET http://vlvt-backups.s3.eu-central-1.amazonaws.com/"
                ),
                (["AWS_S3_ENDPOINT": "http://127.0.0.1:1", "R2_ACCESS_KEY_ID": nil], ""),
                (["AWS_S3_BUCKET": nil, "R2_SECRET_ACCESS_KEY": nil], "R2_SECRET_ACCESS_KEY"),
            ] as [([String: String?], String)]
        )
        func theTemplatesVariablesGoBeforeThoseOfR2(_ variables: [String: String?], _ expected: String) async throws {
            let port = try LoopbackPort.free()
            // It refuses whatever comes, and says what that was.
            let program = """
                import sys
                from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
                class Handler(BaseHTTPRequestHandler):
                    def answer(self):
                        print(self.command, self.path, self.headers.get("Authorization", ""), flush=True)
                        self.send_response(403); self.send_header("Content-Length", "0"); self.end_headers()
                    do_GET = do_PUT = do_HEAD = do_DELETE = do_CONNECT = answer
                server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
                print("ready", flush=True); server.serve_forever()
                """
            let proxy = try await ChildProcess.start(.init(TestTools.program("python"), ["-c", program, "\(port)"]))
            try await proxy.waitUntilReady { proxy.log.contains("ready") }
            let environment = [
                "R2_ACCOUNT_ID": Self.account, "R2_ACCESS_KEY_ID": "R2KEY", "R2_SECRET_ACCESS_KEY": "never-shown",
                "R2_BUCKET_NAME": "vlvt-images", "AWS_ACCESS_KEY_ID": "AWSKEY", "AWS_S3_BUCKET": "vlvt-backups",
                "AWS_SECRET_ACCESS_KEY": "not-shown-either", "http_proxy": "http://127.0.0.1:\(port)",
                "https_proxy": "http://127.0.0.1:\(port)",
            ]
            try await ExampleUser.with(environment) { user in
                let list = try await user.changing(variables).run(.backup, ["list"])
                if expected.hasPrefix("R2_") {
                    #expect(list.exit == .status(2) && list.errorText.contains(expected), "\(list.errorText)")
                } else {
                    #expect(list.exit == .status(1), "\(list.errorText)")
                    #expect(expected.isEmpty || proxy.log.contains(expected), "\(proxy.log)")
                    #expect(!expected.hasPrefix("GET") || proxy.log.contains("=AWSKEY/"), "\(proxy.log)")
                }
                #expect(!proxy.log.contains("R2KEY") && !proxy.log.contains("vlvt-images"))
            }
            await proxy.stop()
        }

        @Test func anEndpointOfAWSForAnAccountOfR2IsNamed() async throws {
            try await ExampleUser.with(Self.plain) { user in
                let mixed = user.changing([
                    "R2_ACCOUNT_ID": "0123456789abcdef0123456789abcdef",
                    "AWS_S3_ENDPOINT": "https://s3.eu-central-1.amazonaws.com", "AWS_S3_REGION": nil,
                ])
                let outcome = try await mixed.run(.store, ["ls"])
                #expect(outcome.exit == .status(2))
                #expect(
                    outcome.errorText.contains("R2_ACCOUNT_ID")
                        && outcome.errorText.contains("r2.cloudflarestorage.com")
                )
            }
        }

        /// What is missing or wrong is named, with exit code 2 and one line.
        @Test(
            arguments: [
                ("BACKUP_DATABASE_URL", nil), ("BACKUP_DATABASE_URL", "mysql://user:geheim@host/name"),
                ("BACKUP_DATABASE_URL", "postgresql://user:geheim@host:port/name"),
                ("AWS_S3_BUCKET", nil), ("AWS_S3_BUCKET", "Not A Bucket"), ("AWS_S3_ENDPOINT", "s3.example.com"),
                ("AWS_S3_ENDPOINT", "https://${R2_ACCOUNT_ID}.r2.cloudflarestorage.com"),
                ("AWS_ACCESS_KEY_ID", nil), ("AWS_SECRET_ACCESS_KEY", nil),
                ("AWS_S3_FORCE_PATH_STYLE", "perhaps"), ("BACKUP_DESTINATION", "s3://bucket"),
                ("BACKUP_DESTINATION", "file://relative/path"), ("BACKUP_DESTINATION", "file:///a?b=c"),
            ] as [(String, String?)]
        )
        func aWrongVariableIsNamed(_ name: String, _ value: String?) async throws {
            var environment = Self.plain
            environment["BACKUP_DATABASE_URL"] = try ExampleSettings.url("shop")
            try await ExampleUser.with(environment, secrets: ["geheim"]) { user in
                let user = user.changing([name: value])
                let backup = try await user.run(.backup, ["run"])
                #expect(backup.exit == .status(2), "\(backup.errorText)")
                #expect(backup.outputText == "")
                #expect(backup.errorLines.count <= 8, "more than this is wrong")
                let isNamed = [name, value ?? name].contains { backup.errorText.contains($0) }
                #expect(isNamed, "\(backup.errorText)")
                guard name.hasPrefix("AWS_") else { return }
                let store = try await user.run(.store, ["ls"])
                #expect(store.exit == .status(2), "\(store.errorText)")
            }
        }

        @Test(
            arguments: [
                (ExampleProgram.backup, ["rum"]), (.backup, ["run", "--jsom"]), (.backup, ["verify", "a", "b"]),
                (.store, ["put", "only-a-file"]), (.store, ["presign", "a", "--expires", "0"]),
                (.store, ["presign", "a", "--expires", "604801"]), (.store, ["put", "-", "a", "--estimate", "-5"]),
                (.store, ["rm"]),
            ]
        )
        func wrongArgumentsHaveACodeOfTheirOwn(_ program: ExampleProgram, _ arguments: [String]) async throws {
            try await ExampleUser.with(Self.plain) { user in
                let outcome = try await user.run(program, arguments)
                #expect(outcome.exit == .status(64))
                #expect(outcome.errorText.contains("Usage: \(program.rawValue)"))
                #expect(outcome.outputText == "")
            }
        }

        @Test func helpNamesEveryVariableAndEveryExitCode() async throws {
            try await ExampleUser.with { user in
                let help = try await user.run(.backup, ["--help"])
                #expect(help.exit == .status(0))
                for name in [
                    "BACKUP_DATABASE_URL", "BACKUP_FILE_PREFIX", "BACKUP_DESTINATION", "RESTORE_DATABASE_URL",
                    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_S3_BUCKET", "AWS_S3_ENDPOINT", "AWS_S3_REGION",
                    "AWS_S3_FORCE_PATH_STYLE",
                ] {
                    #expect(help.outputText.contains("\n  \(name)"))
                }
                for code in [
                    "0    done", "1    failed", "2    wrong configuration", "3    another run", "4    stored",
                    "5    stored",
                    "64   wrong arguments", "130  interrupted",
                ] {
                    #expect(help.outputText.contains(code))
                }
                #expect(help.outputText.split(separator: "\n").allSatisfy { $0.count <= 80 })
            }
        }
    }
}
