import FoundationEssentials
import Glibc
import GroundworkTestProcesses
import S3CompatTesting
import Testing

extension ExampleTests {
    /// `store put`, `get`, `ls`, `rm`, `presign` and `check`.
    @Suite struct Store {
        /// Bytes that do not repeat, so that a part in the wrong place shows.
        private static func bytes(_ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8 &* 17) }
        }

        @Test(arguments: [RealS3Server.Kind.seaweed, .rclone, .moto])
        func whatIsStoredComesBack(on kind: RealS3Server.Kind) async throws {
            try await withRealUser(kind) { user, server in
                let bytes = Self.bytes(11 << 20)
                let file = "\(user.folder)/original"
                try Data(bytes).write(to: URL(filePath: file))

                let put = try await user.run(.store, ["put", file, "photos/a b+ü.bin", "--content-type", "image/png"])
                #expect(put.exit == .status(0), "\(put.errorText)")
                #expect(put.outputText.hasPrefix("photos/a b+ü.bin in s3://backups?endpoint=http://127.0.0.1:"))
                let type: String = try await server.boto3.value(
                    "show(client().head_object(Bucket='backups', Key='photos/a b+ü.bin')['ContentType'])"
                )
                #expect(type == "image/png")

                let piped = try await user.run(.store, ["put", "-", "photos/piped"], input: bytes)
                #expect(piped.exit == .status(0), "\(piped.errorText)")

                for (key, copy) in [("photos/a b+ü.bin", "\(user.folder)/one"), ("photos/piped", "\(user.folder)/two")]
                {
                    let get = try await user.run(.store, ["get", key, copy])
                    #expect(get.exit == .status(0), "\(get.errorText)")
                    #expect(get.outputText == "")
                    let isSame = try Data(contentsOf: URL(filePath: copy)) == Data(bytes)
                    #expect(isSame)
                    let shown = try await ChildProcess.run(user.configuration(.store, ["get", key]))
                    #expect(shown.exit == .status(0) && shown.standardError.isEmpty)
                    let isShown = shown.standardOutput == bytes
                    #expect(isShown)
                }

                let top = try await user.run(.store, ["ls"])
                #expect(top.outputText.split(separator: "\n").map { String($0.drop { $0 == " " }) } == ["photos/"])
                let all = try await user.run(.store, ["ls", "--recursive"])
                let lines = all.outputText.split(separator: "\n")
                #expect(lines.count == 2)
                #expect(lines.allSatisfy { $0.contains("T") && $0.contains("  11.5 MB photos/") })
                #expect(try await user.run(.store, ["ls", "nothing-begins-so"]).outputText == "")
                try await expectPresigned(user)

                let rm = try await user.run(.store, ["rm", "photos/piped", "photos/a b+ü.bin", "never-there"])
                #expect(rm.exit == .status(0) && rm.outputText == "" && rm.errorText == "")
                #expect(try await server.keys() == [])
                let gone = try await user.run(.store, ["get", "photos/piped"])
                #expect(gone.exit == .status(1))
                #expect(gone.errorLines.count == 1 && gone.errorText.contains("photos/piped"))
            }
        }

        /// A presigned address works for somebody without credentials.
        private func expectPresigned(_ user: ExampleUser) async throws {
            let put = try await user.run(.store, ["presign", "given/a b.txt", "--put", "--expires", "60"])
            #expect(put.exit == .status(0), "\(put.errorText)")
            #expect(put.outputText.contains("X-Amz-Expires=60"))
            // A file: the stores want to know the length.
            let file = "\(user.folder)/given"
            try Data("from curl".utf8).write(to: URL(filePath: file))
            try await ChildProcess.output(
                of: "curl",
                ["--silent", "--fail", "--upload-file", file, String(put.outputText.dropLast())]
            )
            let get = try await user.run(.store, ["presign", "given/a b.txt"])
            #expect(get.outputText.contains("X-Amz-Expires=900"))
            let address = String(get.outputText.dropLast())
            let fetched = try await ChildProcess.output(of: "curl", ["--silent", "--fail", address])
            #expect(String(decoding: fetched, as: UTF8.self) == "from curl")
            #expect(try await user.run(.store, ["rm", "given/a b.txt"]).exit == .status(0))
        }

        @Test func anObjectIsReplacedOnlyIfThatIsWanted() async throws {
            try await withLoopbackUser { user, server in
                for (text, arguments, exit) in [
                    ("one", ["--if-absent"], 0), ("two", ["--if-absent"], 1), ("three", [], 0),
                ] as [(String, [String], Int32)] {
                    let put = try await user.run(.store, ["put", "-", "key"] + arguments, input: Array(text.utf8))
                    #expect(put.exit == .status(exit), "\(put.errorText)")
                    let kept = try await server.contents(of: "key", in: "backups")
                    let wanted = exit == 0 ? text : "one"
                    #expect(kept == Array(wanted.utf8))
                }
            }
        }

        @Test func aKeyStaysOnItsLineAndSteersNoTerminal() async throws {
            try await withLoopbackUser { user, _ in
                let put = try await user.run(.store, ["put", "-", "odd\n\u{1B}[31mred\u{9B}key"], input: [1])
                #expect(put.exit == .status(0), "\(put.errorText)")
                let list = try await user.run(.store, ["ls"])
                #expect(list.exit == .status(0), "\(list.errorText)")
                #expect(list.outputText.split(separator: "\n").count == 1)
                #expect(list.outputText.hasSuffix(#"odd\u{a}\u{1b}[31mred\u{9b}key"# + "\n"))
            }
        }

        @Test func checkSaysWhatIsRightAndWhatIsWrong() async throws {
            try await withLoopbackUser { user, server in
                let good = try await user.run(.store, ["check"])
                #expect(good.exit == .status(0), "\(good.outputText)")
                #expect(good.outputText.split(separator: "\n").count == 4)
                #expect(good.outputText.split(separator: "\n").allSatisfy { $0.hasPrefix("ok     ") })
                #expect(server.keys(in: "backups").isEmpty)

                server.moveClock(by: .seconds(1200))
                let late = try await user.changing(["AWS_SECRET_ACCESS_KEY": "wrong"]).run(.store, ["check"])
                #expect(late.exit == .status(1))
                #expect(late.outputText.hasPrefix("FAILED "))
            }
        }

        @Test func aReaderThatHasEnoughIsNoFailure() async throws {
            try await withLoopbackUser { user, _ in
                let put = try await user.run(.store, ["put", "-", "big"], input: Self.bytes(3 << 20))
                #expect(put.exit == .status(0))
                let script = #""$0" get big | head -c 10 >/dev/null; echo "${PIPESTATUS[0]}""#
                let outcome = try await ChildProcess.run(
                    user.configuration("bash", ["-c", script, ExampleProgram.store.path])
                )
                #expect(outcome.outputText == "141\n")
                #expect(outcome.errorText == "")
            }
        }

        @Test func controlCEndsWhatWaitsForInput() async throws {
            try await withLoopbackUser { user, server in
                // The terminal is the input, and nobody types but Ctrl-C.
                let script = #"echo waiting >&2; exec "$0" put - key"#
                let outcome = try await ChildProcess.run(
                    user.configuration(
                        TestTools.program("python"),
                        [
                            TestTools.support("terminal.py"), "waiting", "/bin/sh", "-c", script,
                            ExampleProgram.store.path,
                        ]
                    )
                )
                #expect(outcome.exit == .status(130), "\(outcome.outputText)")
                #expect(server.keys(in: "backups").isEmpty && server.pendingUploads(in: "backups").isEmpty)
            }
        }

        @Test func aBarShowsOnATerminalOnly() async throws {
            try await withLoopbackUser { user, _ in
                let file = "\(user.folder)/file"
                try Data(Self.bytes(20 << 20)).write(to: URL(filePath: file))
                let put = try await user.runOnTerminal(.store, ["put", file, "key"])
                #expect(put.exit == .status(0), "\(put.outputText)")
                #expect(put.outputText.contains(#/\r\u{1B}\[KStoring \[#*\.*\] +\d+ %/#))
                #expect(try await user.run(.store, ["put", file, "key"]).errorText == "")
            }
        }
    }
}
