import FoundationEssentials
import Glibc
import GroundworkTestProcesses
import PGBackupTesting
import S3CompatTesting
import Testing

extension ExampleTests {
    /// Results that cannot be written: one sentence with the system's reason, and an exit code that is not 0.
    @Suite struct FullOutput {
        /// What a program says whose standard output is on a disk that is full.
        private func errors(
            _ user: ExampleUser,
            _ program: ExampleProgram,
            _ arguments: [String]
        ) async throws -> ChildProcess.Outcome {
            let shell = user.configuration("sh", ["-c", #"exec "$0" "$@" >/dev/full"#, program.path] + arguments)
            let outcome = try await ChildProcess.run(shell)
            user.expectNoSecret(outcome, #_sourceLocation)
            return outcome
        }

        private func expectFailure(
            _ user: ExampleUser,
            _ program: ExampleProgram,
            _ arguments: [String],
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let outcome = try await errors(user, program, arguments)
            #expect(outcome.exit == .status(1), sourceLocation: sourceLocation)
            let sentence = "\(program.rawValue): Standard output cannot be written: No space left on device."
            #expect(outcome.errorLines == [sentence], "\(arguments)", sourceLocation: sourceLocation)
        }

        @Test func everyCommandOfStoreSaysSo() async throws {
            try await withLoopbackUser { user, server in
                for key in ["a", "b"] {
                    #expect(try await user.run(.store, ["put", "-", key], input: [1, 2, 3]).exit == .status(0))
                }
                try await expectFailure(user, .store, ["ls"])
                try await expectFailure(user, .store, ["ls", "--recursive"])
                try await expectFailure(user, .store, ["get", "a"])
                try await expectFailure(user, .store, ["get", "a", "-"])
                try await expectFailure(user, .store, ["presign", "a"])
                try await expectFailure(user, .store, ["check"])
                let file = "\(user.folder)/file"
                try Data([4]).write(to: URL(filePath: file))
                try await expectFailure(user, .store, ["put", file, "c"])
                // It is the report that could not be written.
                #expect(server.keys(in: "backups") == ["a", "b", "c"])
            }
        }

        @Test func everyCommandOfBackupSaysSo() async throws {
            try await withLoopbackUser { user, server in
                try await expectFailure(user, .backup, ["run"])
                // The backup was taken, and it is whole.
                #expect(server.keys(in: "backups").filter { $0.contains("/manifests/") }.count == 1)
                for arguments in [["list"], ["list", "--json"], ["verify"], ["verify", "--json"]] {
                    try await expectFailure(user, .backup, arguments)
                }
                #expect(try await user.run(.backup, ["verify", "--quiet"]).exit == .status(0))
            }
        }

        @Test func theDemoSaysSoAndLeavesNothing() async throws {
            try await ExampleUser.with { user in
                try await expectFailure(user, .demo, [])
            }
        }

        @Test func aDeviceIsNotReplacedByAnObject() async throws {
            try await withLoopbackUser { user, _ in
                #expect(try await user.run(.store, ["put", "-", "key"], input: [1]).exit == .status(0))
                // A pipe of one's own, so that no device of the system is at risk.
                let pipe = "\(user.folder)/pipe"
                try await ChildProcess.output(of: "mkfifo", [pipe])
                let get = try await user.run(.store, ["get", "key", pipe])
                #expect(get.exit == .status(1) && get.outputText == "")
                #expect(get.errorLines.count == 1 && get.errorText.contains("\(pipe) is no regular file"))
                var status = stat()
                #expect(stat(pipe, &status) == 0)
                #expect(status.st_mode & S_IFMT == S_IFIFO)
                #expect(try FileManager.default.contentsOfDirectory(atPath: user.folder).sorted() == ["pipe", "tmp"])
            }
        }

        @Test func aFullDiskUnderAFileIsNamedAndLeavesNoPartOfIt() async throws {
            try await withLoopbackUser { user, _ in
                let bytes = [UInt8](repeating: 7, count: 3 << 20)
                #expect(try await user.run(.store, ["put", "-", "big"], input: bytes).exit == .status(0))
                try await SmallDisk.run("size=1m", on: user.temporaryDirectory) { disk in
                    let get = try await user.run(.store, ["get", "big", "\(disk)/file"])
                    #expect(get.exit == .status(1))
                    #expect(get.errorLines.count == 1 && get.errorText.contains("No space left on device"))
                    #expect(try FileManager.default.contentsOfDirectory(atPath: disk) == [])
                }
            }
        }
    }
}
